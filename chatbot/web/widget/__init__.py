"""What a shop's page loads: loader, panel, configuration."""
