"""The ways into what is protected: who together can go them, who is indispensable, and which rules that breaks."""
