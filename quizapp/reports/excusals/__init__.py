"""Who of the absent is excused (缓考), by whom and why; never deleted, only taken back."""
