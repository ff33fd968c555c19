"""How each platform names what it gives to download, a module each."""
