# paths[] sums[]
file_facts
