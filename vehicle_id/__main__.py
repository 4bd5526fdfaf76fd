"""`python -m vehicle_id`, for where scripts are not on the path."""

from vehicle_id.cli.app import main

if __name__ == "__main__":
    main()
