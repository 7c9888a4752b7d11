"""What a copy of a frozen report carries, and whether it still says what was frozen."""
