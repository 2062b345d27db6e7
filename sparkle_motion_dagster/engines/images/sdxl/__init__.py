"""Stable Diffusion XL: keyframes drawn by a model."""
