"""Reading paper: pictures and files in a child process, the camera, and what was read."""
