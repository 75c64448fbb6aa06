"""cage"""
