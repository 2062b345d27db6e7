"""From a script to its shot list, and to a plan that is made anew where the script was edited."""
