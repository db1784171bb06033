namespace Redox.Media.Core.Deliveries;

/// <summary>The database stopped a search after the statement timeout that the search has. Nothing was recorded.</summary>
public sealed class SearchTimeoutException(Exception inner) : Exception("A search took longer than its statement timeout.", inner);
