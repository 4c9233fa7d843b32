"""The desktop program: shows state and forwards intent. No domain logic, no torch."""
