namespace Redox.Media.Tests.Soak.Support;

/// <summary>Valid messages, to be spoilt.</summary>
internal static class FuzzTemplate
{
    /// <summary>A Media for the FHIR API.</summary>
    /// <param name="unique">Makes the resource's patient its own.</param>
    public static string Resource(Random random, string unique)
    {
        var content = new byte[random.Next(20) == 0 ? random.Next(200_000) : random.Next(1, 64)];
        random.NextBytes(content);
        return $$"""
            {"resourceType":"Media","status":"completed","identifier":[{"system":"urn:fuzz","value":"I-{{unique}}"}],"subject":{"reference":"Patient/{{unique}}"},
            "encounter":{"reference":"Encounter/eae3c8a5-a129-4960-9715-fc26da30eccc"},"operator":{"reference":"Practitioner/{{unique}}"},
            "createdDateTime":"2026-01-01T00:00:00Z","content":{"contentType":"application/octet-stream","title":"fuzz","data":"{{Convert.ToBase64String(content)}}"},
            "note":[{"text":"note"}]}
            """;
    }

    /// <param name="unique">Makes the message's source, log ID and document its own.</param>
    public static string Make(Random random, string unique)
    {
        var content = new byte[random.Next(20) == 0 ? random.Next(200_000) : random.Next(64)];
        random.NextBytes(content);
        var meta = $$"""
            "Meta":{"DataModel":"Media","EventType":"@","EventDateTime":"2026-01-01T00:00:00Z","Test":false,"Source":{"ID":"s-{{unique}}","Name":"Clinic"},
            "Destinations":[{"ID":"c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02","Name":"Archive"}],"Logs":[{"ID":"l-{{unique}}","AttemptID":"a"}],"FacilityCode":null}
            """;
        var media = $$"""
            "Patient":{"Identifiers":[{"ID":"P1","IDType":"MR"}],"Demographics":{"FirstName":"Timothy","DOB":"2008-01-06"},"Notes":[]},"Visit":{"VisitNumber":"V-1"},
            "Media":{"FileType":"TXT","FileName":"note","FileContents":"{{Convert.ToBase64String(content)}}","DocumentType":"Note","DocumentID":"D-{{unique}}",
            "OriginalDocumentID":"O-{{unique}}","Availability":"Available","Provider":{"ID":"4","IDType":"NPI","FirstName":"Pat"},"Notifications":[],"Authenticated":"False"}
            """;
        return random.Next(6) switch
        {
            0 => "{" + meta.Replace("@", "Query", StringComparison.Ordinal)
                + $$""","Patients":[{"Identifiers":[{"ID":"P1","IDType":"MR"}]}],"DocumentIDs":["D-{{unique}}"]}""",
            1 => "{" + meta.Replace("@", "Replace", StringComparison.Ordinal) + "," + media + "}",
            2 => "{" + meta.Replace("@", "Delete", StringComparison.Ordinal) + "," + media + "}",
            _ => "{" + meta.Replace("@", "New", StringComparison.Ordinal) + "," + media + "}",
        };
    }
}
