#!/bin/sh
# Ends well without a word, as one that has swallowed an error.
exit 0
