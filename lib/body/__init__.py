"""What is a body? Model files, poses and shapes enter; joints, vertices, their images and derivatives leave.

May import base.
"""
