namespace Redox.Media.Core.Deliveries;

/// <summary>Failed authentications of one address at one endpoint in one minute.</summary>
/// <param name="Address">An IP address, of IPv6 its network, or a word for addresses that are not counted separately.</param>
/// <param name="Endpoint">The pattern of the route, without anything that was sent.</param>
/// <param name="Minute">Its beginning.</param>
/// <param name="Credentials">The kinds of credential that were sent.</param>
public sealed record FailedAuthentication(
    string Address, string Endpoint, DateTimeOffset Minute, IReadOnlyList<string> Credentials, long Failures);

public interface IFailedAuthenticationStore
{
    /// <summary>Adds to what is stored of the same address, endpoint and minute, in one transaction.</summary>
    /// <exception cref="StoreUnavailableException">It is not known whether they were added.</exception>
    Task AddAsync(IReadOnlyList<FailedAuthentication> failures, CancellationToken cancellation);
}
