"""What authorities published: daily case counts by area, and other stated facts; each with its source, never changed.

Words: bulletin, stated, implied, gap, net new infections.
A bulletin is somebody else's statement. It is shown beside our own counts and never mixed with them.
"""
