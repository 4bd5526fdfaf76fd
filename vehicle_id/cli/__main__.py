"""`python -m vehicle_id.cli`, for where scripts are not on the path."""

from vehicle_id.cli.app import main

main()
