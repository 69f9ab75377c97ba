"""Small faults (ROOM.toml) that the tests must notice; ``make mutants`` tries them all."""
