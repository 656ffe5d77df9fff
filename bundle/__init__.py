"""Getting splitkit onto a laptop without a network: builds the folder that goes onto a USB stick."""
