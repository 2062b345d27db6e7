"""How mouths and eyes move while lines are spoken, whoever shows them."""
