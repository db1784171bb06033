namespace Redox.Media.Core.SetAside;

/// <summary>What became of a set-aside delivery. Stored in lower case.</summary>
public enum SetAsideState
{
    /// <summary>It waits for a person.</summary>
    Open,

    /// <summary>Its event was applied by another attempt.</summary>
    Released,

    /// <summary>A person decided that nothing is to be done with it; its bytes stay.</summary>
    Discarded,
}

/// <summary>What a job does. Stored in lower case.</summary>
public enum SetAsideAct
{
    Release,

    Discard,

    /// <summary>Opens discarded deliveries again.</summary>
    Restore,
}

/// <summary>The state of a group, for its list.</summary>
public enum SetAsideGroupState
{
    /// <summary>Nothing of it has been released or discarded, and its first delivery is at most a day old.</summary>
    New,

    Ongoing,

    /// <summary>It came back: a delivery arrived after one of the group had been released.</summary>
    Regressed,

    /// <summary>Staff do not want to see it before a time.</summary>
    Archived,

    /// <summary>It has no open delivery.</summary>
    Done,
}
