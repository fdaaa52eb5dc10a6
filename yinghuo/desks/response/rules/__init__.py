"""What the response desk decides by: dated versions of definitions, clocks, kinds of order, doses; pure."""
