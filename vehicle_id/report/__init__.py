"""What people read: the HTML report with its pictures, the review of its answers, counts and series."""
