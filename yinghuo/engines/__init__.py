"""Pure calculations: values in, values out, no Django, files, sockets, clock or hidden dice."""
