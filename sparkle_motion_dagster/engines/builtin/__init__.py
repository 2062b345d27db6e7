"""Engines that every film uses, whatever its profile: they fit, time, mix and assemble."""
