"""What can other programs open? Meshes, rigs, AMASS's and Anny's parameters, and what they are called."""
