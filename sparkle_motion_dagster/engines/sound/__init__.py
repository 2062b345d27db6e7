"""Engines that lay spoken takes into the film's track."""
