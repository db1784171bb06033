namespace Redox.Media.Core.Staff;

/// <summary>A person who is or was signed in to the support pages.</summary>
public sealed record StaffSession
{
    public required Guid Id { get; init; }

    /// <summary>The name of the person in audit rows.</summary>
    public required string Staff { get; init; }

    /// <summary>Who has authenticated the person; null for a token of the settings, whose roles and sources count.</summary>
    public string? Issuer { get; init; }

    /// <summary>The roles that the issuer gave; null for a token.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>The sources that the issuer gave; null for all, and for a token.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>The ID of the token; null for an issuer.</summary>
    public string? TokenId { get; init; }

    /// <summary>The IP address from which the person signed in.</summary>
    public string? Address { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The last request, to within a minute.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>While values of messages are shown, and why; null when they are not.</summary>
    public Reveal? Reveal { get; init; }

    /// <summary>Whether the session counts at a time.</summary>
    /// <param name="now">The time.</param>
    /// <param name="idle">How long it lasts without a request.</param>
    public bool IsOpen(DateTimeOffset now, TimeSpan idle) => EndedAt is null && now < ExpiresAt && now < SeenAt + idle;
}

/// <summary>Values of messages are shown until a time, for a reason that a person has given.</summary>
public sealed record Reveal(DateTimeOffset Until, string Reason);
