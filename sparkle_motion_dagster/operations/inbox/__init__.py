"""The inbox: plan files that are dropped into a folder become films."""
