"""What pages are made of, for every desk: tables, charts, pieces, paging, files, and the tags that write them."""
