using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>The store in PostgreSQL.</summary>
internal sealed partial class PostgresDocumentStore(
    DatabaseResilience resilience, WriteBatcher writes, QueryBatcher queries, FhirReadBatcher reads, ReadSessions sessions,
        PoolShares shares, LargeWrites large, ClientTurns clients, RejectedBodyLimit limit, IntegrityAlarm integrity)
    : IDocumentStore;
