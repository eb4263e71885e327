"""What a workspace is made of: plain data, changed only by the modules beside this package."""
