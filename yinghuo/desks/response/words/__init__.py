"""The words of the response desk that stand on more than one page: classes, grades, steps, flags, sentences."""
