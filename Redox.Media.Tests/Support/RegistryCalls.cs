using Redox.Media.Core.Clients;

namespace Redox.Media.Tests.Support;

/// <summary>Changes of the registry without an audit row, as the command makes them.</summary>
internal static class RegistryCalls
{
    public static Task<bool> AddAsync(this IClientRegistry registry, RegisteredClient client, CancellationToken cancellation) =>
        registry.AddAsync(client, null, cancellation);

    public static Task<bool> RotateAsync(
        this IClientRegistry registry, string clientId, string? retiredKeyId, ClientKey? added, DateTimeOffset now,
        CancellationToken cancellation) =>
        registry.RotateAsync(clientId, retiredKeyId, added, now, null, cancellation);

    public static Task<bool> RevokeAsync(
        this IClientRegistry registry, string clientId, DateTimeOffset now, CancellationToken cancellation) =>
        registry.RevokeAsync(clientId, now, null, cancellation);
}
