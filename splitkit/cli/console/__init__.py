"""The console of the stick: the one program that people meet on a machine that was started from splitkit's image."""
