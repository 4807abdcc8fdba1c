"""Plain HTTP: health for whatever watches the process."""
