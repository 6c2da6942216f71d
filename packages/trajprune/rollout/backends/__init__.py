"""Where what agents look for comes from: documents of our own, or the web by key."""
