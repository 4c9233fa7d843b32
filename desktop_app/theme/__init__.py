"""How the window looks: colours, type sizes, icons and the style sheet, in light and dark. No behaviour."""
