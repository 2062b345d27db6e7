"""The control panel for Jupyter and Colab."""
