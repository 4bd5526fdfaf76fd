"""What people read: the HTML report with its pictures, and the review of its answers."""
