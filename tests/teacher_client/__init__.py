"""teacher_client"""
