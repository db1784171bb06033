namespace Redox.Media.Core.Deliveries;

/// <summary>What is stored of bodies that were not applied.</summary>
/// <param name="MaxBytesPerDay">
/// Bytes of one client in a day, at UTC; beyond them its deliveries leave their rows alone. The engine has no limit. Default 256 MiB.
/// </param>
public sealed record RejectedBodyLimit(long MaxBytesPerDay = 256 * 1024 * 1024);
