"""From a file to staged rows: cut into blocks, checked and sealed in processes of their own, copied into PostgreSQL."""
