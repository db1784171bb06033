namespace Redox.Media.Core.Audit;

/// <summary>What a caller did that shows, or would have shown, health information. Stored in kebab case.</summary>
public enum AuditAct
{
    /// <summary>A Media.Query.</summary>
    Query,

    /// <summary>A search of the FHIR API.</summary>
    Search,

    /// <summary>A read of the FHIR API: the current version.</summary>
    Read,

    /// <summary>A read of the FHIR API: one version.</summary>
    Vread,

    /// <summary>The content of a document, without its resource.</summary>
    Content,

    /// <summary>A conditional create that found a document instead.</summary>
    ConditionalCreate,

    /// <summary>Staff looked up a delivery.</summary>
    DeliveryLookUp,

    /// <summary>Staff looked up a document and its versions.</summary>
    DocumentHistory,

    /// <summary>Staff opened the body of a delivery.</summary>
    Payload,

    /// <summary>Staff released a set-aside delivery.</summary>
    Release,

    /// <summary>A person signed in.</summary>
    SignIn,

    /// <summary>Staff read the audit itself.</summary>
    AuditSearch,

    /// <summary>Staff hid a document.</summary>
    Hide,

    /// <summary>Staff showed a hidden document again.</summary>
    Unhide,

    /// <summary>Staff moved a document to another patient.</summary>
    Move,
    /// <summary>Staff read groups of set-aside deliveries, jobs or notes.</summary>
    SetAsideLookUp,

    /// <summary>Staff had the bodies of set-aside deliveries read, to see what a release would give.</summary>
    DryRun,

    /// <summary>Staff discarded a set-aside delivery.</summary>
    Discard,

    /// <summary>Staff opened a discarded delivery again.</summary>
    Restore,

    /// <summary>Staff asked for a job or stopped one, archived or assigned a group, or wrote a note.</summary>
    SetAsideChange,

    /// <summary>A client sent a file before its message.</summary>
    Upload,

    /// <summary>Staff registered a client, or changed one. It shows no health information, and decides who is shown some.</summary>
    ClientChange,
}
