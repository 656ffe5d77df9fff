"""SoftSymbol symbols that no library reads, on pages whose layout is known."""
