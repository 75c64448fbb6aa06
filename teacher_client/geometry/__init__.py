"""What the board's tools reckon with: shapes, instruments, choices, erasing, curves.

Pure: values in, values out, no toolkit, no clock. Lengths are 1/100 mm on the page, origin top
left, y down; angles are degrees, positive clockwise as seen (as y goes down), unless said
otherwise.
"""
