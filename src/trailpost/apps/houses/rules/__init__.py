"""What the house maker's catalogue, prices and limits decide, without any I/O."""
