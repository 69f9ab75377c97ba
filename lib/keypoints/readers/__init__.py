"""What is in a detector's file? A reader for each kind: its path enters, a Found leaves, joints as they stand there."""
