namespace LiveStash.Elevator.Promises;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>Nothing: what a run looks like without faults.</summary>
    None,

    /// <summary>kill -9 of a web server, with its silo where it has one; started again.</summary>
    WebKilled,

    /// <summary>SIGTERM of a web server; started again.</summary>
    WebStopped,

    /// <summary>A web server stands still for 10 s.</summary>
    WebFrozen,

    /// <summary>A web server stands still for 40 s, and wakes as a zombie.</summary>
    WebFrozenLong,

    /// <summary>kill -9 of a silo apart; started again.</summary>
    SiloKilled,

    /// <summary>SIGTERM of a silo apart; started again.</summary>
    SiloStopped,

    /// <summary>A silo apart stands still for 10 s.</summary>
    SiloFrozen,

    /// <summary>A silo apart stands still for 40 s, and wakes as a zombie.</summary>
    SiloFrozenLong,

    /// <summary>kill -9 of everything but the store; all started again.</summary>
    AllKilled,

    /// <summary>One after the other stops and starts: first the silos, then the web servers.</summary>
    RollingRestart,

    /// <summary>The store ends at once and comes back after 5 s.</summary>
    StoreStopped,

    /// <summary>The store stands still for 8 s.</summary>
    StoreFrozen,

    /// <summary>A tab's connections are reset, and none can be made for some seconds.</summary>
    TabCut,

    /// <summary>A tab's connection is closed.</summary>
    TabClosed,

    /// <summary>What is on the way forgets a tab's connections: they stay open, and silent.</summary>
    TabForgotten,

    /// <summary>F5.</summary>
    TabReloaded,

    /// <summary>A tab is duplicated, and its copy typed in.</summary>
    TabDuplicated,

    /// <summary>A tab's process dies; it is loaded again.</summary>
    TabCrashed,

    /// <summary>A tab sleeps for 10 s.</summary>
    TabSlept,

    /// <summary>A web server is killed while a tab is cut.</summary>
    WebKilledWhileCut,

    /// <summary>The store stops, and a web server is killed meanwhile.</summary>
    WebKilledWithoutStore,

    /// <summary>For 15 s nothing arrives at a silo from others, which still hear from it.</summary>
    WireCutInto,

    /// <summary>For 15 s nothing that a silo sends arrives at others, which it still hears from.</summary>
    WireCutOutOf,

    /// <summary>For 15 s a silo and the others are apart.</summary>
    WireCut,

    /// <summary>For 20 s the clock of a silo, or of a web server apart, is an hour ahead.</summary>
    ClockAhead,

    /// <summary>For 20 s the clock of a silo, or of a web server apart, is an hour behind.</summary>
    ClockBehind,
}
