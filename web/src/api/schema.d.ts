// Generated from docs/openapi.json by "npm run schema". Do not edit.

export interface paths {
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the audit log, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description By who is called this only. */
                    actor?: string;
                    /** @description Of this action only, such as `run.create`. */
                    action?: string;
                    /** @description About this subject only, such as `run/0199…`. */
                    subject?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of entries */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_AuditEntry"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check the whole audit log. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditCheck"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the causes that an outcome may name. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Cause"][];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Watch one topic as server-sent events. */
        get: {
            parameters: {
                query: {
                    /** @description `run/ID`, `task/ID`, `investigation/ID`, `runs` or `incidents`. */
                    topic: string;
                    /** @description The last sequence number seen; `Last-Event-ID` wins over it. */
                    from?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The events, each with a message as its data */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": unknown;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask how the server is. 503 when it cannot work. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All parts work */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                /** @description Some part does not */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List incidents, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of incidents */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_Incident"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /**
         * Hand in a recording and investigate it.
         * @description A `.tar.zst` or `.tar` in the incident format, as the body or as the field `archive` of a multipart form.
         */
        post: {
            parameters: {
                query?: {
                    /** @description One line; the title in the archive's `incident.toml` when not given. */
                    title?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description The archive */
            requestBody: {
                content: {
                    "application/octet-stream": number[];
                    "application/x-tar": number[];
                    "application/zstd": number[];
                    "multipart/form-data": components["schemas"]["ArchiveForm"];
                };
            };
            responses: {
                /** @description The same bytes were there already */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SubmittedIncident"];
                    };
                };
                /** @description The incident and its first investigation */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SubmittedIncident"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/example": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Investigate the incident that ships with Oriel. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It was there already */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SubmittedIncident"];
                    };
                };
                /** @description The incident and its first investigation */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SubmittedIncident"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an incident with its investigations. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The incident */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Incident"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/investigations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Investigate an incident again, with what was learned since. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The new investigation */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Investigation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/investigations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List investigations, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Of this incident only. */
                    incident_id?: components["schemas"]["IncidentId"];
                    /** @description In this state only. */
                    status?: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of investigations */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_InvestigationSummary"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Ask a target what is wrong: only commands that look are put to it, the most telling first, each as a run. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewInquiry"];
                };
            };
            responses: {
                /** @description The investigation, queued */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Investigation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/investigations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an investigation with its stages, verdict and outcome. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The investigation */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Investigation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/investigations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an investigation; a command that it has put to a target is ended there. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It will end; or it had ended, and stays as it was */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Investigation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/investigations/{id}/outcome": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report what turned out to be true, so that Oriel learns from it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewOutcome"];
                };
            };
            responses: {
                /** @description The outcome and what was learned */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReportedOutcome"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List knowledge bases, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Those that were deleted and can be brought back, in place of the others. */
                    deleted?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of bases */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_KnowledgeBase"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Create an empty knowledge base. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewKnowledgeBase"];
                };
            };
            responses: {
                /** @description The base */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeBase"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a knowledge base. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The base, with an ETag */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeBase"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        /** Delete a knowledge base. It can be brought back until it is purged. */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is deleted */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        /** Rename a knowledge base, or say what it is about. Its content and its versions stay. */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeEdit"];
                };
            };
            responses: {
                /** @description The base, with its new ETag */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeBase"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        trace?: never;
    };
    "/api/v1/knowledge/{id}/atoms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what a knowledge base holds, all of it or a part, as far as the format has a place for it; `Oriel-Left-Out` says how many atoms it has
         *     none for, and `Oriel-Reduced` how many it has one for, but not for all that they carry.
         * @description The answer is sent as it is written, a few such at a time, the others in turn, and to a client that takes some all the time. One that breaks off
         *     ends the connection before the last chunk: it is a part, and no answer.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description `atomese` when not given. */
                    format?: "atomese" | "json" | "turtle" | "csv" | "graphml";
                    /** @description Read only the atoms of this type and of types below it, with what they are made of. */
                    type?: string;
                    /** @description Read only what is around this atom, or node of this name. */
                    around?: string;
                    /** @description How many hops around it, up to 10: 1 when not given. */
                    hops?: number;
                    /** @description How many atoms the part may have, up to 1,000,000, which is also what holds when it is not given. */
                    most?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The atoms, in the format that was asked for */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                        "application/json": unknown;
                        "text/turtle": string;
                        "text/csv": string;
                        "application/xml": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Add what files hold to a knowledge base, as one change: all of it, or nothing. */
        post: {
            parameters: {
                query?: {
                    /** @description Of all files; when not given, as the name of each ends, or else `atomese`. */
                    format?: "atomese" | "json" | "turtle" | "csv" | "graphml";
                    /** @description Only where the base still has this version. */
                    expected_version?: number;
                    /** @description What to note with the change; the names of the files when not given. */
                    note?: string;
                };
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            /** @description The files */
            requestBody: {
                content: {
                    "multipart/form-data": components["schemas"]["KnowledgeFiles"];
                };
            };
            responses: {
                /** @description The change */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeLoaded"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell what is important in a knowledge base. */
        get: {
            parameters: {
                query?: {
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Atoms at most, up to 1,000; 20 when not given. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is important */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeAttention"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Change what is important in a knowledge base. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeAttending"];
                };
            };
            responses: {
                /** @description What is important now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeAttended"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read all of a knowledge base, with every version, as a backup.
         * @description One that ends early does not end with its sum, and is refused when it is restored.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The backup */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": number[];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /**
         * Make a knowledge base of a backup.
         * @description The name must be free, which is found out before the body is read. All of the backup is checked before anything is written.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description What to call the base */
                    id: string;
                };
                cookie?: never;
            };
            /** @description The backup */
            requestBody: {
                content: {
                    "application/octet-stream": number[];
                };
            };
            responses: {
                /** @description The base, with an ETag */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeBase"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the changes of a knowledge base, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of changes */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_KnowledgeChange"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Change a knowledge base. When this answers, the change is on the disk. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewKnowledgeChange"];
                };
            };
            responses: {
                /** @description The change */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AppliedChange"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Group things of a knowledge base by what is said of them. */
        get: {
            parameters: {
                query?: {
                    /** @description The node whose members are grouped: its name, or an atom; all concepts when not given, 2,000 at most. */
                    of?: string;
                    /** @description How similar two groups must be on average to become one, above 0 and at most 1; 0.5 when not given. */
                    least?: number;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Groups at most, up to 1,000; 20 when not given. */
                    limit?: number;
                    /** @description Steps that it may take, up to 50,000,000; 10,000,000 when not given. It takes 20 s at most. */
                    steps?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The groups */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeClusters"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/contradictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find what cannot hold together in a knowledge base, among its facts and what follows from them by rules; and where sources that were
         *     ingested disagree about a fact.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The rule base to go by; all of the base and the shipped `pln` when not given. */
                    rules?: string;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Contradictions at most, and as many disagreements of sources, up to 1,000; 100 when not given. */
                    limit?: number;
                    /** @description Steps that it may take, up to 50,000,000; 1,000,000 when not given. It takes 20 s at most. */
                    steps?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The contradictions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeContradictions"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare two versions of a knowledge base. */
        get: {
            parameters: {
                query: {
                    /** @description The version to compare with, or a moment whose newest version that is. */
                    from: string;
                    /** @description The version to compare, or a moment; the newest when not given. */
                    to?: string;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What differs */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeDiff"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell how a query of a knowledge base is searched. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeQueryToExplain"];
                };
            };
            responses: {
                /** @description The plan */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeExplanation"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Conclude something of a knowledge base by rules. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeTarget"];
                };
            };
            responses: {
                /** @description What was concluded */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeInferred"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take in what a system is configured and observed as. Secrets stay outside. */
        post: {
            parameters: {
                query: {
                    /** @description The name of the source: what it said before and does not say now is taken away. */
                    source: string;
                    /** @description What the files are; found out of each when not given. */
                    kind?: "kubernetes" | "compose" | "terraform" | "prometheus" | "otlp" | "markdown";
                    /** @description When it was observed, where the files do not say it; now when not given. */
                    observed?: string;
                    /** @description Pass over files of which nobody knows what they are, in place of refusing them. */
                    pass_over?: boolean;
                    /** @description All that the source said before may go; else that is refused. */
                    all_gone?: boolean;
                    /** @description Only where the base still has this version. */
                    expected_version?: number;
                    /** @description Tell what would be done, and do nothing. */
                    dry_run?: boolean;
                };
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            /** @description The files */
            requestBody: {
                content: {
                    "multipart/form-data": components["schemas"]["KnowledgeFiles"];
                };
            };
            responses: {
                /** @description What was done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeIngested"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Merge another knowledge base into this one. Each atom that came says where it is from. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The name of the base that is merged into */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeMerge"];
                };
            };
            responses: {
                /** @description What was merged */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeMerged"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count what was observed of an atom of a knowledge base into its truth value, as a change. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeOutcome"];
                };
            };
            responses: {
                /** @description What the atom is worth now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeCounted"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find the way between two nodes of a knowledge base that has few edges, and avoids what is connected with much. */
        get: {
            parameters: {
                query: {
                    /** @description Where it begins: the name of a node, or an atom. */
                    from: string;
                    /** @description Where it ends. */
                    to: string;
                    /** @description Go along edges in their direction only. */
                    directed?: boolean;
                    /** @description Go along edges of this relation, or links of this type; along all when not given. */
                    relation?: string;
                    /** @description Go also through classes and places that things share, and through texts and numbers. */
                    through_classes?: boolean;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Look only so many hops around where it begins, up to 10, without loading the base. */
                    hops?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The way */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgePath"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/patterns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find what is often said together of things of a knowledge base. */
        get: {
            parameters: {
                query?: {
                    /** @description The node whose members are looked at: its name, or an atom; all concepts when not given. */
                    of?: string;
                    /** @description In how many things a pattern must be found, 1 or more; 5 when not given. */
                    min_support?: number;
                    /** @description How many features a pattern has at most, 1 to 5; 3 when not given. */
                    max_size?: number;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Patterns at most, up to 1,000; 20 when not given. */
                    limit?: number;
                    /** @description Steps that it may take, up to 50,000,000; 10,000,000 when not given. It takes 20 s at most. */
                    steps?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The patterns */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgePatterns"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete a deleted knowledge base for good, with every version. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The deleted base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is gone, and its name free */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a knowledge base. Nothing is changed: what a Bind would write is only shown. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeQuery"];
                };
            };
            responses: {
                /** @description What was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeAnswer"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/related": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find what shares the surroundings of a node of a knowledge base. */
        get: {
            parameters: {
                query: {
                    /** @description The name of a node, or an atom. */
                    node: string;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Nodes at most, up to 1,000; 20 when not given. */
                    limit?: number;
                    /** @description Look only so many hops around the node, up to 10, without loading the base; 2 find all that is related. */
                    hops?: number;
                    /** @description Count also the classes and places that they share, and texts and numbers. */
                    through_classes?: boolean;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is related */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeRelated"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/rewrite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a knowledge base, and keep what the templates of a Bind or Query become, as a change. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeRewriting"];
                };
            };
            responses: {
                /** @description What was kept */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeRewritten"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the rules that a knowledge base can be chained by. */
        get: {
            parameters: {
                query?: {
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rules */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeRules"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find nodes of a knowledge base by words. */
        get: {
            parameters: {
                query: {
                    /** @description Up to 64 words: any of them, `check*`, `"load test"`, `-without`; the last one also as the beginning of a word. */
                    words: string;
                    /** @description Only what lies near this node: its name, or an atom. */
                    near?: string;
                    /** @description How many edges from there, up to 10; 2 when not given. */
                    hops?: number;
                    /** @description Let those edges go through classes and places that things share, and through texts and numbers. */
                    through_classes?: boolean;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Nodes at most, up to 1,000; 20 when not given. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeHits"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare a thing of a knowledge base with others, by what is said of them. */
        get: {
            parameters: {
                query: {
                    /** @description The node that others are compared with: its name, or an atom. */
                    atom: string;
                    /** @description The node with whose members it is compared: its name, or an atom; all nodes of its type when not given. */
                    of?: string;
                    /** @description How similar they must be at least, from 0 to 1; 0 when not given. */
                    least?: number;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Things at most, up to 1,000; 20 when not given. */
                    limit?: number;
                    /** @description Steps that it may take, up to 50,000,000; 10,000,000 when not given. It takes 20 s at most. */
                    steps?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is like it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeLikeness"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sources that say what a knowledge base holds, and where they disagree. */
        get: {
            parameters: {
                query?: {
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The sources */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeSources"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look for rules that what is said of the members of a node suggests. */
        get: {
            parameters: {
                query: {
                    /** @description The node whose members the rules are about: its name, or an atom. */
                    kind: string;
                    /** @description The version; the newest when neither this nor `at` is given. */
                    version?: number;
                    /** @description The newest version that there was at this moment. */
                    at?: string;
                    /** @description Suggestions at most, up to 1,000; 20 when not given. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The suggestions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeSuggestions"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/undelete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring a deleted knowledge base back, as it was. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the base, or its version in quotes: only where that is still so */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description The deleted base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The base, with an ETag */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeBase"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/{id}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check that a knowledge base is what its log says. One base is checked, or restored, at a time. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The base's name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KnowledgeCheck"];
                };
            };
            responses: {
                /** @description What was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["KnowledgeChecked"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs, newest first, without their tasks. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description In this state only. */
                    status?: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";
                    /** @description Of this origin only. */
                    origin?: "command" | "inquiry";
                    /** @description With a task on this target only. */
                    target_id?: components["schemas"]["TargetId"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of runs */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_RunSummary"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Run a command on targets. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewRun"];
                };
            };
            responses: {
                /** @description The run, recorded and under way */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Run"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a run with its tasks. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The run */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Run"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a run: what waits is not started, what runs is ended on its host. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It will end; or it had ended, and stays as it was */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Run"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the session that the request came with. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The session */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Sign in. */
        post: {
            parameters: {
                query?: {
                    /** @description `true` also returns the token, for programs. */
                    token?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            responses: {
                /** @description The session, and its cookie */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /** Sign out. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The session has ended */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask whether the first administrator is still to be made. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Whether it is */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Setup"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Make the first administrator and sign in. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewSetup"];
                };
            };
            responses: {
                /** @description The session, and its cookie */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch runs, tasks and investigations over a WebSocket.
         * @description Send `{"op":"subscribe","topic":"task/ID","from":SEQ}`; `from` is the last sequence number seen.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The WebSocket is open */
                101: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List targets, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of targets */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_Target"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Add a target. Its host key is to be scanned and pinned next. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewTarget"];
                };
            };
            responses: {
                /** @description The target */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Target"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a target. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The target, with an ETag */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Target"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        /** Delete a target and its private key. Its runs stay in the history. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is gone */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        /** Change a target. */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag that was read */
                    "If-Match"?: string | null;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TargetUpdate"];
                };
            };
            responses: {
                /** @description The target, with its new ETag */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Target"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        trace?: never;
    };
    "/api/v1/targets/{id}/host-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Pin the host key. Nothing is sent to a host that presents another. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PinHostKey"];
                };
            };
            responses: {
                /** @description The target */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Target"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /** Ask the host for its key. Changes nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HostKey"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/targets/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Connect, sign in and run a command that does nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description How it went, also when it did not work */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TestResult"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/output": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what a command wrote, as it was: so far, when it still runs. */
        get: {
            parameters: {
                query?: {
                    /** @description `all` when not given. */
                    stream?: "stdout" | "stderr" | "all";
                    /** @description How many bytes to leave out at the start; not together with `Range`. */
                    offset?: number;
                };
                header?: {
                    /** @description One range of bytes */
                    Range?: string | null;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The bytes */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": number[];
                    };
                };
                /** @description A part of them */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": number[];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List users, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 200; 50 when not given. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of users */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_User"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Make an account. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewUser"];
                };
            };
            responses: {
                /** @description The user */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a user. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The user, with an ETag */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a user's role or password, or disable the account. */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag that was read */
                    "If-Match"?: string | null;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UserUpdate"];
                };
            };
            responses: {
                /** @description The user, with its new ETag */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        trace?: never;
    };
    "/api/v1/webhooks/alertmanager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take in alerts from Alertmanager.
         * @description The message of its webhook (version 4). A group that begins to fire becomes an incident, for which evidence is
         *     collected and an investigation started; a message that says nothing new changes nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description Alertmanager's webhook message, version 4 */
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description The message was taken in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AlertsReceived"];
                    };
                };
                /** @description The incident was made */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AlertsReceived"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An explicit refusal to name a cause. */
        Abstention: {
            /** @description The refusal in words, with what would settle it. */
            explanation: string;
            /** @description The kind of refusal. */
            reason: components["schemas"]["AbstentionReason"];
        };
        /**
         * @description Why no cause is named.
         * @enum {string}
         */
        AbstentionReason: "healthy" | "undecidable" | "no_evidence";
        /** @description What a message did. */
        AlertsReceived: {
            incident_id?: components["schemas"]["IncidentId"] | null;
            /** @description `created`, `updated`, `repeated`, `resolved`, or `unknown` for what was over before it was known. */
            outcome: string;
        };
        /** @description A change that was made, and is on the disk. */
        AppliedChange: {
            /** Format: date-time */
            at: string;
            /**
             * Format: int64
             * @description How many atoms there are now.
             */
            atoms: number;
            /**
             * Format: int64
             * @description How many there were before.
             */
            atoms_before: number;
            hash: string;
            /**
             * Format: int64
             * @description The version that it made.
             */
            version: number;
        };
        /** @description The form. */
        ArchiveForm: {
            /**
             * Format: binary
             * @description The archive's bytes.
             */
            archive: string;
        };
        /** @description A command that an investigation put to its target. It describes what is sent, which is sent as it is kept. */
        Asked: components["schemas"]["TranscriptStep"] & {
            /**
             * Format: date-time
             * @description When it was answered, or given up; null before.
             */
            answered_at?: string | null;
            /** Format: date-time */
            asked_at: string;
            run_id?: components["schemas"]["RunId"] | null;
            /**
             * @description Where a command stands.
             * @enum {string}
             */
            status: "asking" | "answered" | "unanswered";
            task_id?: components["schemas"]["TaskId"] | null;
        };
        /** @description What a check of the audit log found. */
        AuditCheck: {
            /**
             * Format: int64
             * @description The first entry that is wrong or missing.
             */
            broken_at?: number | null;
            /**
             * Format: int64
             * @description How many entries, from the first, are sound.
             */
            entries: number;
            /** @description Whether nobody changed, removed or inserted an entry. */
            ok: boolean;
            /** @description What is wrong with it. */
            reason?: string | null;
        };
        /** @description An entry of the audit log. */
        AuditEntry: {
            action: string;
            /** @description The name of who did it: a user, a part of Oriel, or `anonymous`. */
            actor: string;
            /** Format: date-time */
            at: string;
            /** @description Anything else worth keeping. */
            detail: Record<string, never>;
            /** @description SHA-256 over the hash before and this entry. */
            hash: string;
            request_id: string;
            /**
             * Format: int64
             * @description Its place in the chain, from 1 without gaps.
             */
            seq: number;
            /** @description To what, such as `run/0199…`; empty when to nothing. */
            subject: string;
        };
        /** @description A cause that the rules know. */
        Cause: {
            /** @description Its name, such as `out-of-memory`. */
            name: string;
            /** @description The name for people. */
            title: string;
        };
        /**
         * @description What a recommendation would have you do.
         * @enum {string}
         */
        ChangeKind: "patch" | "command" | "inspect";
        /** @description One conclusion of one mode. */
        ConclusionView: {
            /** @description The cause's name. */
            cause: string;
            /**
             * Format: double
             * @description Confidence, 0 to 1.
             */
            confidence: number;
            /** @description What is at fault, as `kind/name`. */
            entity: string;
            /**
             * Format: double
             * @description Strength, 0 to 1.
             */
            strength: number;
        };
        /** @description Two conclusions that cannot both hold. */
        Contradiction: {
            /** @description The modes or hypotheses at odds. */
            between: string[];
            /** @description What is at odds, in words. */
            explanation: string;
            /** @description `exclusive_causes`, `certain_against_impossible` or `against_observation`. */
            kind: string;
        };
        /** @description Who wants to sign in. */
        Credentials: {
            password: string;
            username: string;
        };
        /** @description A fact that speaks for a hypothesis. */
        EvidenceItem: {
            /** @description The atom as an s-expression. */
            atom: string;
            /**
             * Format: double
             * @description Truth value confidence, 0 to 1.
             */
            confidence: number;
            /** @description The file of the incident it was read from. */
            file?: string | null;
            /**
             * Format: int32
             * @description The line in that file, from 1.
             */
            line?: number | null;
            /**
             * Format: double
             * @description Truth value strength, 0 to 1.
             */
            strength: number;
        };
        /** @description What the verdict rests on, in numbers. */
        EvidenceSummary: {
            /** @description Facts read, by predicate. */
            by_kind: {
                [key: string]: number;
            };
            /** @description Facts that rules derived from them. */
            derived: number;
            /** @description Facts read from the incident. */
            facts: number;
        };
        /** @description How the server is. */
        Health: {
            /** @description By name. */
            parts: {
                [key: string]: components["schemas"]["HealthPart"];
            };
            /** @enum {string} */
            status: "ok" | "degraded";
            /** @description Of the program. */
            version: string;
        };
        /** @description How a part is. */
        HealthPart: {
            /** @description What is wrong. */
            detail?: string | null;
            /** @enum {string} */
            status: "ok" | "degraded";
        };
        /** @description The key that a host presents. */
        HostKey: {
            /** @description Such as `ssh-ed25519`. */
            algorithm: string;
            /** @description `SHA256:…`, as `ssh-keygen -l` prints it. */
            fingerprint: string;
            /** @description Whether the pinned key is the one that the host presents; null when none is pinned. */
            matches?: boolean | null;
            /** @description Whether a key is pinned. */
            pinned: boolean;
        };
        /** @description An uploaded recording. */
        Incident: {
            /** Format: date-time */
            created_at: string;
            /** @description The name of who brought it in; null for the system. */
            created_by?: string | null;
            id: components["schemas"]["IncidentId"];
            /** @description Its investigations, newest first. */
            investigations: components["schemas"]["InvestigationOfIncident"][];
            /**
             * Format: date-time
             * @description When it was said to be over; null while it was not.
             */
            resolved_at?: string | null;
            /** @description SHA-256 of the archive in lower-case hexadecimal. */
            sha256: string;
            /**
             * Format: int64
             * @description The size of the archive.
             */
            size_bytes: number;
            /** @description How it came in: `upload`, `example`, `alertmanager` or `question`. */
            source: string;
            /** @description One line. */
            title: string;
        };
        /**
         * Format: uuid
         * @description An incident: one uploaded recording.
         */
        IncidentId: string;
        /** @description What an investigation asks a target. It describes what is sent, which is sent as it is kept. */
        Inquiry: {
            /** @description The kubectl context on the target; empty for its current one. */
            context: string;
            /**
             * Format: int64
             * @description The most commands to put.
             */
            max_commands: number;
            /** @description The namespace to look in; empty for that of the incident. */
            namespace: string;
            /** @description What is wrong, in a few words; empty where the incident says it. */
            question: string;
            target_id: components["schemas"]["TargetId"];
            /** @description The target's name when the inquiry began. */
            target_name: string;
        };
        /** @description One diagnosis of an incident. */
        Investigation: {
            /** @description The commands put so far, in order; empty where it asks nothing. */
            asked: components["schemas"]["Asked"][];
            /** Format: date-time */
            created_at: string;
            /** @description The name of who asked for it; null for the system. */
            created_by?: string | null;
            /** @description Why it failed or was interrupted. */
            error?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            /** @description The verdict in one line; null before it is done. */
            headline?: string | null;
            id: components["schemas"]["InvestigationId"];
            incident_id: components["schemas"]["IncidentId"];
            inquiry?: components["schemas"]["Inquiry"] | null;
            outcome?: components["schemas"]["Outcome"] | null;
            /** @description What was done so far, in order. */
            stages: components["schemas"]["Stage"][];
            /** Format: date-time */
            started_at?: string | null;
            /**
             * @description Where an investigation stands.
             * @enum {string}
             */
            status: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
            verdict?: components["schemas"]["Verdict"] | null;
        };
        /**
         * Format: uuid
         * @description One diagnosis of an incident.
         */
        InvestigationId: string;
        /** @description An investigation as an incident lists it. */
        InvestigationOfIncident: {
            /** Format: date-time */
            created_at: string;
            /** @description The verdict in one line; null before it is done. */
            headline?: string | null;
            id: components["schemas"]["InvestigationId"];
            /**
             * @description Where an investigation stands.
             * @enum {string}
             */
            status: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
        };
        /** @description An investigation in a list: everything but its stages and its verdict. */
        InvestigationSummary: {
            /** Format: date-time */
            created_at: string;
            /** @description The name of who asked for it; null for the system. */
            created_by?: string | null;
            /** @description Why it failed or was interrupted. */
            error?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            /** @description The verdict in one line; null before it is done. */
            headline?: string | null;
            id: components["schemas"]["InvestigationId"];
            incident_id: components["schemas"]["IncidentId"];
            /** Format: date-time */
            started_at?: string | null;
            /**
             * @description Where an investigation stands.
             * @enum {string}
             */
            status: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
        };
        /** @description A thing that is like another. */
        KnowledgeAlike: {
            /** @description The thing. */
            atom: string;
            /** @description Some of those that both have, the rarest first. */
            by: string[];
            /** @description How many features either has. */
            compared: number;
            /**
             * Format: double
             * @description How sure that is, by how much was compared, from 0 to 1.
             */
            confidence: number;
            /** @description How many features both have, of those that not all things have. */
            shared: number;
            /**
             * Format: double
             * @description How similar they are, from 0 to 1: the weight of the features that both have over that of those that either has.
             */
            strength: number;
        };
        /** @description An answer. Atoms are written in the text format, with what they carry. */
        KnowledgeAnswer: {
            /** @description For `atoms`: what templates became, or what contains what was asked for. */
            atoms: string[];
            /** @description For `holds`: whether there is a solution; else null. */
            holds?: boolean | null;
            /** @description `solutions`, `atoms` or `holds`. */
            kind: string;
            /** @description Whether there is more than the limit lets through. */
            more: boolean;
            /** @description For `solutions`: a row for each. */
            rows: string[][];
            /** @description For `solutions`: the variables, in the order of the columns. */
            variables: string[];
            /**
             * Format: int64
             * @description The version that was asked.
             */
            version: number;
        };
        /** @description What was done. */
        KnowledgeAttended: {
            applied?: components["schemas"]["AppliedChange"] | null;
            /** @description What is important now. */
            attention: components["schemas"]["KnowledgeAttention"];
            /** @description How many atoms were forgotten. */
            forgotten: number;
            /**
             * Format: int64
             * @description Units of short-term importance that were given to those that were to be stimulated, in all.
             */
            given: number;
            /** @description How many atoms the base has beyond what it may have, because no other may go. */
            over: number;
        };
        /** @description What is to become of what is important, in this order. Atoms are named as text, or nodes by their names. */
        KnowledgeAttending: {
            /**
             * Format: int64
             * @description Only where the base still has this version.
             */
            expected_version?: number | null;
            /** @description How many atoms the base may have afterwards: the least important go. */
            forget_to?: number | null;
            funds?: components["schemas"]["KnowledgeAttentionFunds"] | null;
            /** @description Atoms in the answer at most, up to 1,000; 20 when not given. */
            limit?: number | null;
            /** @description What to note with the change. */
            note?: string;
            /** @description Atoms that must never be forgotten. */
            protect?: string[];
            /** @description Atoms of which that is said no longer. */
            release?: string[];
            /** @description Atoms that get short-term importance. */
            stimulate?: components["schemas"]["KnowledgeStimulus"][];
            /**
             * Format: int32
             * @description Rounds, up to 1,000: what is important together is joined, importance spreads, and rent is paid.
             */
            ticks?: number;
            /** @description Atoms that were used: each earns the wages of a use, as often as it is named. */
            use?: string[];
        };
        /** @description What is important in a base. */
        KnowledgeAttention: {
            /** @description How many Hebbian links there are: pairs of atoms that were important together. */
            associations: number;
            /** @description The first of them: those with the most short-term importance, then with the most long-term importance. */
            atoms: components["schemas"]["KnowledgeImportant"][];
            /** @description How many atoms have any importance, or are protected. */
            found: number;
            funds: components["schemas"]["KnowledgeAttentionUnits"];
            reserve: components["schemas"]["KnowledgeAttentionUnits"];
            /**
             * Format: int64
             * @description The version.
             */
            version: number;
        };
        /** @description Units of both importances. */
        KnowledgeAttentionFunds: {
            /**
             * Format: int64
             * @description Of long-term importance.
             */
            lti: number;
            /**
             * Format: int64
             * @description Of short-term importance.
             */
            sti: number;
        };
        /**
         * @description Units of both importances: as funds all that there are; as reserve those that no atom holds, below 0 where somebody gave
         *     atoms more than there is.
         */
        KnowledgeAttentionUnits: {
            /**
             * Format: int64
             * @description Of long-term importance.
             */
            lti: number;
            /**
             * Format: int64
             * @description Of short-term importance.
             */
            sti: number;
        };
        /** @description A knowledge base. */
        KnowledgeBase: {
            /** Format: date-time */
            changed_at: string;
            /** Format: date-time */
            created_at: string;
            created_by?: components["schemas"]["UserId"] | null;
            /** @description What it is about. */
            description: string;
            /** @description The hash of the last change; 64 zeros when there is none. */
            head: string;
            id: components["schemas"]["KnowledgeBaseId"];
            /** @description Unique; what it is named by in paths. */
            name: string;
            /**
             * Format: int64
             * @description How many changes were made; also in the ETag.
             */
            version: number;
        };
        /**
         * Format: uuid
         * @description A knowledge base.
         */
        KnowledgeBaseId: string;
        /** @description Where a log is broken. */
        KnowledgeBroken: {
            reason: string;
            /** Format: int64 */
            version: number;
        };
        /** @description A change of a base. */
        KnowledgeChange: {
            /** @description The name of who made it. */
            actor: string;
            /** Format: date-time */
            at: string;
            /**
             * Format: int64
             * @description How many atoms there were after it.
             */
            atoms: number;
            /** @description Covers the change and the hash before, in lower-case hexadecimal. */
            hash: string;
            /** @description `apply`, `import`, `ingest`, `merge`, `query`, `infer`, `outcome` or `attention`. */
            kind: string;
            /** @description What was said of it. */
            note: string;
            /**
             * Format: int64
             * @description Bytes of what was changed, as they are stored.
             */
            size_bytes: number;
            /**
             * Format: int64
             * @description The version that it made.
             */
            version: number;
        };
        /** @description How to check. */
        KnowledgeCheck: {
            /** @description Drop snapshots that are wrong, and make the newest anew; for administrators. */
            repair?: boolean;
        };
        /** @description What a check found. */
        KnowledgeChecked: {
            /**
             * Format: int64
             * @description How many atoms they give.
             */
            atoms: number;
            broken?: components["schemas"]["KnowledgeBroken"] | null;
            /**
             * Format: int64
             * @description How many changes, from the first, are sound.
             */
            changes: number;
            /** @description Whether what the server holds in memory is what the log gives; null where it holds nothing. */
            memory?: boolean | null;
            /** @description Whether nothing is wrong any more. */
            ok: boolean;
            /** @description Whether snapshots were made anew. */
            repaired: boolean;
            snapshots: components["schemas"]["KnowledgeSnapshotChecked"][];
        };
        /** @description What a source says. */
        KnowledgeClaim: components["schemas"]["KnowledgeObservation"] & {
            /**
             * Format: int64
             * @description How many seconds ago it was observed; null where it is not known when.
             */
            age_seconds?: number | null;
            /** @description The text or number. */
            object: string;
        };
        /** @description Things that are alike. */
        KnowledgeCluster: {
            /** @description Some of what all of them have and not all things have, the rarest first. */
            common: string[];
            /** @description The things, in the order in which they came into the base. */
            members: string[];
            /**
             * Format: double
             * @description How similar two of them are on average, from 0 to 1.
             */
            similarity: number;
        };
        /** @description Groups of things that are alike. */
        KnowledgeClusters: {
            /** @description How many things are in no group with another, though something is said of them. */
            alone: number;
            /** @description How many groups of two or more there are. */
            found: number;
            /** @description The first of them: the largest first, then the most similar. */
            groups: components["schemas"]["KnowledgeCluster"][];
            looked: components["schemas"]["KnowledgeLooked"];
            /**
             * Format: int64
             * @description The version that was looked at.
             */
            version: number;
        };
        /** @description Two statements that cannot both be as they were told, each with its proof. */
        KnowledgeContradiction: {
            /**
             * Format: double
             * @description How much they contradict each other, from 0 to 1.
             */
            degree: number;
            /** @description `negation`, `evidence` (for one statement, and against it), `exclusive`, or `outdated` (kept, and what follows now). */
            kind: string;
            one: components["schemas"]["KnowledgeInference"];
            other: components["schemas"]["KnowledgeInference"];
        };
        /** @description What cannot hold together. */
        KnowledgeContradictions: {
            /** @description The greatest of them, the greatest first. */
            contradictions: components["schemas"]["KnowledgeContradiction"][];
            /** @description What they say, up to the limit, in the order of the facts: each side with its source, the place in it and how old it is. */
            disagree: components["schemas"]["KnowledgeDisagreement"][];
            /**
             * @description How often sources of ingestion say different texts or numbers of one thing. They are not among those that were found: both sides
             *     are facts, and stay.
             */
            disagreements: number;
            /** @description How many there are. */
            found: number;
            took: components["schemas"]["KnowledgeEffort"];
            /**
             * Format: int64
             * @description The version.
             */
            version: number;
        };
        /** @description What became of an outcome. */
        KnowledgeCounted: {
            after: components["schemas"]["KnowledgeWorth"];
            applied?: components["schemas"]["AppliedChange"] | null;
            /** @description The atom. */
            atom: string;
            before: components["schemas"]["KnowledgeWorth"];
            replaced?: components["schemas"]["KnowledgeCounts"] | null;
            /** @description Whether what rules had concluded of the atom was set aside, so that they conclude it anew beside the observations. */
            set_aside: boolean;
            /** @description How many sources the observations of the atom have now. */
            sources: number;
            /**
             * Format: int64
             * @description The version that it was counted into.
             */
            version: number;
        };
        /** @description Observations. */
        KnowledgeCounts: {
            /**
             * Format: double
             * @description Those for the atom.
             */
            positive: number;
            /**
             * Format: double
             * @description All of them.
             */
            total: number;
        };
        /** @description What differs between two versions. Of each kind up to 1,000 are listed; the counts are of all. */
        KnowledgeDiff: {
            /** @description Atoms that came, with what they carry. */
            added: string[];
            added_count: number;
            /** @description What is carried otherwise, by atoms that both versions have. */
            changed: components["schemas"]["KnowledgeDifference"][];
            changed_count: number;
            /** Format: int64 */
            from: number;
            /** @description Atoms that went. */
            removed: string[];
            removed_count: number;
            /** Format: int64 */
            to: number;
        };
        /** @description Something that an atom carries otherwise. */
        KnowledgeDifference: {
            /** @description Null where there is none. */
            after?: string | null;
            atom: string;
            /** @description Null where there was none. */
            before?: string | null;
            /** @description `truth`, `attention`, or the key of a value. */
            what: string;
        };
        /** @description Sources that say different texts or numbers of one thing. */
        KnowledgeDisagreement: {
            /** @description The thing. */
            of: string;
            /** @description The relation. */
            relation: string;
            /** @description What each source says. */
            said: components["schemas"]["KnowledgeClaim"][];
        };
        /** @description What to say of a base otherwise; what is left out stays. */
        KnowledgeEdit: {
            /** @description What it is about. */
            description?: string | null;
            /** @description Another name, which no base has. */
            name?: string | null;
        };
        /** @description What a run took. */
        KnowledgeEffort: {
            /** @description Whether no bound was met and nothing was left out that might follow: all that follows was found. */
            complete: boolean;
            /**
             * Format: int64
             * @description Terms that were left out because they have too many brackets open, or too many parts.
             */
            deep: number;
            /** @description Why it ended, in words. */
            ended: string;
            /**
             * Format: int64
             * @description Applications of rules that were left out because they would rest on more evidence than a conclusion can name.
             */
            full: number;
            /** @description Proofs that were held. */
            proofs: number;
            /** @description The first reason of those. */
            refusal?: string | null;
            /**
             * Format: int64
             * @description Applications that a formula refused, or that wanted a truth value which nobody gave.
             */
            refused: number;
            /**
             * Format: int64
             * @description Applications of rules that were left out because independent premises shared evidence.
             */
            shared: number;
            /**
             * Format: int64
             * @description Steps that were taken.
             */
            steps: number;
            /**
             * Format: int64
             * @description Circles of statements that rest on one another which did not come to rest: what is said of them might be otherwise.
             */
            unsettled: number;
        };
        /** @description How a query is searched. */
        KnowledgeExplanation: {
            /** @description For programs: the alternatives, each with its steps. */
            plan: Record<string, never>;
            /** @description For people. */
            text: string;
        };
        /** @description Files for a base, as a form. */
        KnowledgeFiles: {
            /** @description The files, each a field of this name. */
            file: string[];
        };
        /** @description A node that was found. */
        KnowledgeHit: {
            /** @description The node, with what it carries. */
            atom: string;
            /** @description Some of the edges that it has. */
            edges: string[];
            /**
             * Format: double
             * @description How well it fits, without a scale: to be compared within one answer.
             */
            score: number;
            /** @description Which sources of ingestion say these edges, and since when; those of which somebody says it. */
            told: components["schemas"]["KnowledgeTold"][];
        };
        /** @description The nodes that fit best. */
        KnowledgeHits: {
            /** @description How many nodes fit. */
            found: number;
            /** @description The best of them, best first; those that fit equally well by their names. */
            hits: components["schemas"]["KnowledgeHit"][];
            /**
             * Format: int64
             * @description The version that was searched.
             */
            version: number;
        };
        /** @description An edge of a way. */
        KnowledgeHop: {
            /** @description Whether it is gone along in its direction. */
            forward: boolean;
            /** @description The link. */
            link: string;
            /** @description What sources of ingestion say of it, and since when. */
            sources: components["schemas"]["KnowledgeObservation"][];
            /** @description Where it leads. */
            to: string;
        };
        /** @description An atom that is important. */
        KnowledgeImportant: {
            /** @description The atom. */
            atom: string;
            /**
             * Format: float
             * @description Units of long-term importance: whether to keep it.
             */
            lti: number;
            /**
             * Format: float
             * @description Units of short-term importance: whether to think of it now.
             */
            sti: number;
            /**
             * Format: int32
             * @description How many want it never to be forgotten.
             */
            vlti: number;
        };
        /** @description Something that was concluded. */
        KnowledgeInference: {
            /**
             * Format: double
             * @description How sure that is, from 0 to 1.
             */
            confidence: number;
            /** @description The ids of the evidence that it rests on. */
            evidence: number[];
            /** @description How it is proven: steps, each after its premises, the last of them what is proven. Null where it was not asked for. */
            proof?: components["schemas"]["KnowledgeProofStep"][] | null;
            /** @description What, as an atom in the text format. */
            statement: string;
            /**
             * Format: double
             * @description How likely it is, from 0 to 1.
             */
            strength: number;
            /** @description What the variables of the target stand for. */
            values: {
                [key: string]: string;
            };
        };
        /** @description What was concluded. */
        KnowledgeInferred: {
            applied?: components["schemas"]["AppliedChange"] | null;
            /** @description Going backward the answers, the most promising first; going forward what follows. */
            conclusions: components["schemas"]["KnowledgeInference"][];
            /** @description How many answers were found and are left out, because nothing holds them any more: their confidence fell to 0. */
            left_out: number;
            /** @description Whether there may be more than the limit lets through. */
            more: boolean;
            /** @description What was kept before and is older than what it was concluded from: nothing rests on it. */
            outdated: components["schemas"]["KnowledgeSetAside"][];
            took: components["schemas"]["KnowledgeEffort"];
            /**
             * Format: int64
             * @description The version that it was concluded from.
             */
            version: number;
            /** @description Which those are, up to the limit. */
            withdrawn: components["schemas"]["KnowledgeWithdrawn"][];
        };
        /** @description What an ingestion did. */
        KnowledgeIngested: {
            /** @description Atoms that are new by it. */
            added: number;
            applied?: components["schemas"]["AppliedChange"] | null;
            /** @description Atoms that say something else by it, or have it as one more source. */
            changed: number;
            /** @description How many facts there are, without what says of which kinds the entities are. */
            facts: number;
            /** @description The files that were read. */
            files: components["schemas"]["KnowledgeIngestedFile"][];
            /** @description Atoms that it does not say any more. */
            gone: number;
            /** @description Atoms that are only said at another place or time. */
            moved: number;
            /** @description What was noticed. */
            remarks: string[];
            /** @description The name of the source. */
            source: string;
            /**
             * Format: int64
             * @description The version that it was compared with.
             */
            version: number;
            /**
             * Format: int64
             * @description How much was withheld because it is, or looks like, a secret.
             */
            withheld: number;
        };
        /** @description A file that was read. */
        KnowledgeIngestedFile: {
            file: string;
            /** @description What it is. */
            kind: string;
        };
        /** @description What is like a thing. */
        KnowledgeLikeness: {
            /** @description The thing. */
            atom: string;
            /** @description How many things are like it. */
            found: number;
            /** @description Whether anything is said of the thing itself. */
            is_told: boolean;
            looked: components["schemas"]["KnowledgeLooked"];
            /** @description The first of them, the most similar first. */
            similar: components["schemas"]["KnowledgeAlike"][];
            /**
             * Format: int64
             * @description The version that was looked at.
             */
            version: number;
        };
        /** @description What was loaded. */
        KnowledgeLoaded: components["schemas"]["AppliedChange"] & {
            /** @description Types that the files declared, or named without anybody having declared them, in words. */
            declared: string[];
        };
        /** @description What was looked at. */
        KnowledgeLooked: {
            /** @description Whether no bound was met. */
            complete: boolean;
            /** @description Why it ended, in words. */
            ended: string;
            /** @description How many more there are, which were not looked at because a bound was met. */
            left: number;
            /** @description How many things; what is counted and compared is of these. */
            things: number;
            /** @description Of how many of them a fact says anything. */
            told: number;
        };
        /** @description What to merge into the base. */
        KnowledgeMerge: {
            /**
             * Format: date-time
             * @description Its newest version that there was at this moment.
             */
            at?: string | null;
            /**
             * Format: int64
             * @description Only where the base that is merged into still has this version.
             */
            expected_version?: number | null;
            /** @description What to note with the change. */
            note?: string;
            /** @description Whom to believe where both say something of the same atom, and not the same. */
            prefer?: components["schemas"]["KnowledgePreference"];
            /** @description The name of the base that is merged; it stays as it is. */
            source: string;
            /**
             * Format: int64
             * @description Its version; the newest when neither this nor `at` is given.
             */
            version?: number | null;
        };
        /** @description What a merge did. */
        KnowledgeMerged: {
            /** @description Atoms that came. */
            added: number;
            applied?: components["schemas"]["AppliedChange"] | null;
            /** @description What atoms carry otherwise by it. */
            changed: number;
            /** @description Where the bases said different things, and one was preferred. */
            conflicts: string[];
            /**
             * Format: int64
             * @description The version of the source.
             */
            source_version: number;
        };
        /** @description What a source says of an atom. */
        KnowledgeObservation: {
            /**
             * Format: float
             * @description How sure that is.
             */
            confidence: number;
            /**
             * Format: int64
             * @description How often it was seen; 0 where it is not counted.
             */
            count: number;
            /** @description When it was observed. */
            observed: string;
            /** @description File and line, or file and place in it. */
            place: string;
            /** @description The source. */
            source: string;
            /**
             * Format: float
             * @description How true it is by this source.
             */
            strength: number;
        };
        /** @description One operation. Atoms are written in the text format. */
        KnowledgeOperation: {
            /** @enum {string} */
            op: "add";
            /** @description Atoms. */
            text: string;
        } | {
            /** @description The atom. */
            atom: string;
            /** @enum {string} */
            op: "remove";
            /** @description Whether links that join it go too. */
            recursive?: boolean;
        } | {
            /** @description The atom. */
            atom: string;
            /** @description The key, an atom. */
            key: string;
            /** @enum {string} */
            op: "unset_value";
        } | {
            /** @description The atom. */
            atom: string;
            /** @enum {string} */
            op: "unset_attention";
        };
        /** @description What was observed of an atom. */
        KnowledgeOutcome: {
            /** @description The atom, or the name of a node. */
            atom: string;
            /**
             * Format: int64
             * @description Only where the base still has this version.
             */
            expected_version?: number | null;
            /** @description What to note with the change; the source when not given. */
            note?: string | null;
            /**
             * Format: date-time
             * @description When that was observed; now when not given.
             */
            observed?: string | null;
            /**
             * Format: double
             * @description In how many of them it was as the atom says.
             */
            positive: number;
            /** @description Where the observations are from, such as a ticket: what the same source said of the atom before is replaced. */
            source: string;
            /**
             * Format: double
             * @description How many observations there are, up to 16,777,216; 0 takes back what the source said.
             */
            total: number;
        };
        /**
         * @description A part of a knowledge base: the atoms of some types, and what is around some atoms, with all that those are made of. It is
         *     read without loading the base, so that one that is larger than memory can be asked.
         */
        KnowledgePart: {
            /** @description Atoms, or names of nodes. */
            around?: string[];
            /**
             * Format: int32
             * @description How far around those, up to 10; 1 when not given. A hop goes from a node to all links that it is in, and to their
             *     nodes.
             */
            hops?: number | null;
            /**
             * Format: int64
             * @description How many atoms the part may have, up to 1,000,000, which is also what holds when it is not given.
             */
            most?: number | null;
            /** @description Types; types below them count too. */
            types?: string[];
        };
        /** @description A way, or none. */
        KnowledgePath: {
            /** @description Whether there is a way. */
            exists: boolean;
            /** @description Where it begins; null where there is none. */
            from?: string | null;
            /** @description Its edges, in order. */
            hops: components["schemas"]["KnowledgeHop"][];
        };
        /** @description Features that things have together. */
        KnowledgePattern: {
            /**
             * Format: double
             * @description How many things are expected to have all of them, by the independent parts that explain it best.
             */
            expected: number;
            /** @description What is said of a thing, `$case`: an atom, or a conjunction of several. `(Get …)` around it finds the things again. */
            pattern: string;
            /** @description How many features it has. */
            size: number;
            /** @description How many things have all of them. */
            support: number;
            /**
             * Format: double
             * @description How surprising it is that so many have, from 0 to 1: how far that is from what is expected, over the greater of the two.
             */
            surprise: number;
        };
        /** @description What is often said together. */
        KnowledgePatterns: {
            /** @description How many patterns there are. */
            found: number;
            looked: components["schemas"]["KnowledgeLooked"];
            /** @description The first of them: the most surprising first, then those that most things have. */
            patterns: components["schemas"]["KnowledgePattern"][];
            /**
             * Format: int64
             * @description The version that was looked at.
             */
            version: number;
        };
        /** @enum {string} */
        KnowledgePreference: "refuse" | "source" | "target";
        /** @description A step of a proof. */
        KnowledgeProofStep: {
            /** @description What the formula read beside the premises. */
            background: string[];
            /** @description `fact`, `case` (of its premise, a general statement), `revision`, or the name of a rule. */
            by: string;
            /**
             * Format: double
             * @description How sure that is, from 0 to 1.
             */
            confidence: number;
            /** @description The ids of the evidence that it rests on. */
            evidence: number[];
            /** @description The places of its premises among the steps. */
            premises: number[];
            /** @description What it states. */
            statement: string;
            /**
             * Format: double
             * @description How likely it is, from 0 to 1.
             */
            strength: number;
        };
        /** @description A question. */
        KnowledgeQuery: {
            /**
             * Format: date-time
             * @description The newest version that there was at this moment is asked.
             */
            at?: string | null;
            /** @description Solutions at most, up to 10,000; 1,000 when not given. */
            limit?: number | null;
            part?: components["schemas"]["KnowledgePart"] | null;
            /** @description The query, as docs/queries.md says. */
            query: string;
            /**
             * Format: int64
             * @description The version that is asked; the newest when neither this nor `at` is given.
             */
            version?: number | null;
        };
        /** @description A query to explain. */
        KnowledgeQueryToExplain: {
            /** @description Ask it too, and tell what came of each step. It takes 20 s at most. */
            ask?: boolean;
            /**
             * Format: date-time
             * @description The newest version that there was at this moment.
             */
            at?: string | null;
            part?: components["schemas"]["KnowledgePart"] | null;
            /** @description The query, as docs/queries.md says. */
            query: string;
            /**
             * Format: int64
             * @description The version; the newest when neither this nor `at` is given.
             */
            version?: number | null;
        };
        /** @description What shares the surroundings of a node. */
        KnowledgeRelated: {
            /** @description Best first. */
            related: components["schemas"]["KnowledgeRelatedNode"][];
        };
        /** @description A node that is related to another. */
        KnowledgeRelatedNode: {
            /** @description The node. */
            atom: string;
            /**
             * Format: double
             * @description How much they share, without a scale: to be compared within one answer.
             */
            score: number;
            /** @description Through which nodes, the most telling first. */
            through: string[];
        };
        /** @description A Bind or Query whose templates are kept. */
        KnowledgeRewriting: {
            /**
             * Format: int64
             * @description Only where the base still has this version.
             */
            expected_version?: number | null;
            /** @description What to note with the change. */
            note?: string;
            /** @description The query, as docs/queries.md says. It takes 20 s at most. */
            query: string;
        };
        /** @description What was kept. */
        KnowledgeRewritten: {
            applied?: components["schemas"]["AppliedChange"] | null;
        };
        /** @description A rule. */
        KnowledgeRule: {
            /** @description Its definition, as an atom. */
            definition: string;
            name: string;
            /**
             * Format: double
             * @description How much it is preferred, from 0 to 1.
             */
            weight: number;
        };
        /** @description A rule base. */
        KnowledgeRuleBase: {
            name: string;
            rules: components["schemas"]["KnowledgeRule"][];
            /** @description Whether it comes with Oriel; else it is in the base. */
            shipped: boolean;
            /** @description Why it cannot be used; null where it can. */
            wrong?: string | null;
        };
        /** @description The rule bases that a base can be chained by. */
        KnowledgeRules: {
            bases: components["schemas"]["KnowledgeRuleBase"][];
        };
        /** @description A kept conclusion that is outdated. */
        KnowledgeSetAside: {
            /** @description The conclusion with the truth value that was kept. */
            statement: string;
            /** @description What became of a fact that it was concluded from. */
            why: string;
        };
        /** @description What was found of a snapshot. */
        KnowledgeSnapshotChecked: {
            /** Format: int64 */
            version: number;
            /** @description What is wrong with it; null where it holds what the log gives. */
            wrong?: string | null;
        };
        /** @description A source. */
        KnowledgeSource: {
            /** @description How many of them nobody else says. */
            alone: number;
            /** @description How many facts it says. */
            facts: number;
            /** @description Its name. */
            name: string;
            /** @description When the newest was. */
            newest: string;
            /** @description When the oldest of them was observed. */
            oldest: string;
        };
        /** @description The sources of a base. */
        KnowledgeSources: {
            /** @description What they say, up to 1,000 times. */
            disagree: components["schemas"]["KnowledgeDisagreement"][];
            /** @description How often sources say different things. */
            disagreements: number;
            /** @description By their names. */
            sources: components["schemas"]["KnowledgeSource"][];
            /**
             * Format: int64
             * @description The version.
             */
            version: number;
        };
        /** @description Short-term importance that an atom gets, as much of it as is in reserve. */
        KnowledgeStimulus: {
            /** @description The atom. */
            atom: string;
            /**
             * Format: int32
             * @description Units, 1 to 16,777,216.
             */
            by: number;
        };
        /** @description A candidate for a rule. */
        KnowledgeSuggestion: {
            /** @description Cases in which the premises hold. */
            applied: number;
            /**
             * Format: double
             * @description How likely as many cases or more are by chance.
             */
            chance: number;
            /** @description Cases in which premises and conclusion hold. */
            held: number;
            /**
             * Format: double
             * @description How much more often the conclusion holds with the premises than over all cases.
             */
            lift: number;
            /** @description The rule with the truth value of its counts, to be added by who accepts it. */
            rule: string;
        };
        /** @description Rules that a base suggests. None is a rule before somebody adds its text. */
        KnowledgeSuggestions: {
            /** @description How many members there are. */
            cases: number;
            /** @description Whether all combinations of what is said of them were looked at, in 20 s at most. */
            complete: boolean;
            /** @description Those that chance would least give first. */
            suggestions: components["schemas"]["KnowledgeSuggestion"][];
            /**
             * Format: int64
             * @description The version that was looked at.
             */
            version: number;
        };
        /** @description What to conclude. */
        KnowledgeTarget: {
            /**
             * Format: date-time
             * @description The newest version that there was at this moment.
             */
            at?: string | null;
            /** @description Go forward, to all that follows. */
            forward?: boolean;
            /** @description Keep the conclusions, as a change; for who may change the base. */
            keep?: boolean;
            /** @description Conclusions at most, up to 1,000; 100 when not given. */
            limit?: number | null;
            part?: components["schemas"]["KnowledgePart"] | null;
            /** @description Send how each conclusion is proven. */
            proof?: boolean;
            /** @description The rule bases to go by; all of the base and the shipped ones when none is given. */
            rules?: string[];
            /**
             * Format: int64
             * @description Steps that it may take, up to 50,000,000; 1,000,000 when not given. It takes 20 s at most.
             */
            steps?: number | null;
            /** @description What is to be answered, with any variables; going forward the atom to begin from, or nothing for all facts. */
            target?: string | null;
            /**
             * Format: int64
             * @description The version; the newest when neither this nor `at` is given.
             */
            version?: number | null;
        };
        /** @description An edge, and who says it. */
        KnowledgeTold: {
            /** @description The edge. */
            edge: string;
            /** @description What sources say of it. */
            sources: components["schemas"]["KnowledgeObservation"][];
        };
        /** @description An answer that was found, and whose confidence fell to 0 before the end. */
        KnowledgeWithdrawn: {
            /**
             * Format: double
             * @description How sure that was, from 0 to 1.
             */
            confidence: number;
            /** @description The answer. */
            statement: string;
            /**
             * Format: double
             * @description How likely it was when it was found, from 0 to 1.
             */
            strength: number;
            /** @description Why it does not hold any more, in words. */
            why: string;
        };
        /** @description What an atom is worth. */
        KnowledgeWorth: {
            /**
             * Format: float
             * @description How sure that is, from 0 to 1.
             */
            confidence: number;
            /**
             * Format: float
             * @description How true it is, from 0 to 1.
             */
            strength: number;
        };
        /** @description Something that an outcome changed. */
        Learned: {
            /** @description Its value now. */
            after: string;
            /** @description Its value before. */
            before: string;
            /** @description What changed. */
            what: string;
        };
        /** @description Something to find out by asking a target. */
        NewInquiry: {
            /** @description The kubectl context on the target; its current one where it is left out. */
            context?: string;
            incident_id?: components["schemas"]["IncidentId"] | null;
            /** @description The most commands to put, 1 to 100; 12 where it is left out. */
            max_commands?: number | null;
            /** @description The namespace to look in; that of the incident, or `default`, where it is left out. */
            namespace?: string;
            /** @description What is wrong, in a few words; may be left out where an incident is given. */
            question?: string;
            /** @description The target to ask; kubectl on it must reach the cluster. */
            target_id: components["schemas"]["TargetId"];
        };
        /** @description A base to create. */
        NewKnowledgeBase: {
            /** @description What it is about. */
            description?: string;
            /** @description Unique: a-z, 0-9, `-`, `_` and `.`, beginning with a letter or digit, up to 100. */
            name: string;
        };
        /** @description A change to make: all of it, or none. */
        NewKnowledgeChange: {
            /**
             * Format: int64
             * @description Only where the base still has this version.
             */
            expected_version?: number | null;
            /** @description What to note with the change. */
            note?: string;
            /** @description Carried out in order. */
            operations: components["schemas"]["KnowledgeOperation"][];
        };
        /** @description What turned out to be true. */
        NewOutcome: {
            /** @description A name from `/causes`; `none` when nothing was wrong. */
            cause: string;
            /** @description What was at fault, as `kind/name`; left out or empty when nothing was. */
            entity?: string;
            /** @description Anything worth keeping. */
            note?: string | null;
        };
        /** @description A command to run. */
        NewRun: {
            /** @description What each target's shell gets; it may have many lines. */
            command: string;
            /**
             * Format: int32
             * @description How many tasks at a time.
             */
            concurrency?: number | null;
            /** @description Each once. */
            target_ids: components["schemas"]["TargetId"][];
            /**
             * Format: int64
             * @description How long each task may take; an hour when not given.
             */
            timeout_seconds?: number | null;
        };
        /** @description The first administrator. */
        NewSetup: {
            /** @description At least 12 characters. */
            password: string;
            /** @description From the link that the server printed when it started last. */
            token: string;
            username: string;
        };
        /** @description A target to add. */
        NewTarget: {
            /** @description Name or address; only for `ssh`. */
            host?: string | null;
            /** @description Free words to choose targets by. */
            labels?: {
                [key: string]: string;
            };
            /** @description Unique. */
            name: string;
            /**
             * Format: int32
             * @description 22 when not given; only for `ssh`.
             */
            port?: number | null;
            /** @description An OpenSSH private key without a passphrase; only for `ssh`. It is never shown again. */
            private_key?: string | null;
            /**
             * @description How a target is reached.
             * @enum {string}
             */
            transport: "ssh" | "local";
            /** @description The user to be there; only for `ssh`. */
            user?: string | null;
        };
        /** @description An account to make. */
        NewUser: {
            /** @description At least 12 characters. */
            password: string;
            /**
             * @description What kind of user somebody is. Roles do not inherit: the policy lists each.
             * @enum {string}
             */
            role: "admin" | "operator" | "viewer";
            /** @description Unique without regard to case. */
            username: string;
        };
        /** @description What turned out to be true. */
        Outcome: {
            /** @description What was wrong with it; `none` when nothing was. */
            cause: string;
            /** Format: date-time */
            created_at: string;
            /** @description The name of who reported it; null for the system. */
            created_by?: string | null;
            /** @description What was at fault, as `kind/name`; empty when nothing was. */
            entity: string;
            id: components["schemas"]["OutcomeId"];
            note: string;
        };
        /**
         * Format: uuid
         * @description A reported true cause.
         */
        OutcomeId: string;
        /** @description A part of a list. */
        PageBody_AuditEntry: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                action: string;
                /** @description The name of who did it: a user, a part of Oriel, or `anonymous`. */
                actor: string;
                /** Format: date-time */
                at: string;
                /** @description Anything else worth keeping. */
                detail: Record<string, never>;
                /** @description SHA-256 over the hash before and this entry. */
                hash: string;
                request_id: string;
                /**
                 * Format: int64
                 * @description Its place in the chain, from 1 without gaps.
                 */
                seq: number;
                /** @description To what, such as `run/0199…`; empty when to nothing. */
                subject: string;
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A part of a list. */
        PageBody_Incident: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                /** Format: date-time */
                created_at: string;
                /** @description The name of who brought it in; null for the system. */
                created_by?: string | null;
                id: components["schemas"]["IncidentId"];
                /** @description Its investigations, newest first. */
                investigations: components["schemas"]["InvestigationOfIncident"][];
                /**
                 * Format: date-time
                 * @description When it was said to be over; null while it was not.
                 */
                resolved_at?: string | null;
                /** @description SHA-256 of the archive in lower-case hexadecimal. */
                sha256: string;
                /**
                 * Format: int64
                 * @description The size of the archive.
                 */
                size_bytes: number;
                /** @description How it came in: `upload`, `example`, `alertmanager` or `question`. */
                source: string;
                /** @description One line. */
                title: string;
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A part of a list. */
        PageBody_InvestigationSummary: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                /** Format: date-time */
                created_at: string;
                /** @description The name of who asked for it; null for the system. */
                created_by?: string | null;
                /** @description Why it failed or was interrupted. */
                error?: string | null;
                /** Format: date-time */
                finished_at?: string | null;
                /** @description The verdict in one line; null before it is done. */
                headline?: string | null;
                id: components["schemas"]["InvestigationId"];
                incident_id: components["schemas"]["IncidentId"];
                /** Format: date-time */
                started_at?: string | null;
                /**
                 * @description Where an investigation stands.
                 * @enum {string}
                 */
                status: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A part of a list. */
        PageBody_KnowledgeBase: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                /** Format: date-time */
                changed_at: string;
                /** Format: date-time */
                created_at: string;
                created_by?: components["schemas"]["UserId"] | null;
                /** @description What it is about. */
                description: string;
                /** @description The hash of the last change; 64 zeros when there is none. */
                head: string;
                id: components["schemas"]["KnowledgeBaseId"];
                /** @description Unique; what it is named by in paths. */
                name: string;
                /**
                 * Format: int64
                 * @description How many changes were made; also in the ETag.
                 */
                version: number;
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A part of a list. */
        PageBody_KnowledgeChange: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                /** @description The name of who made it. */
                actor: string;
                /** Format: date-time */
                at: string;
                /**
                 * Format: int64
                 * @description How many atoms there were after it.
                 */
                atoms: number;
                /** @description Covers the change and the hash before, in lower-case hexadecimal. */
                hash: string;
                /** @description `apply`, `import`, `ingest`, `merge`, `query`, `infer`, `outcome` or `attention`. */
                kind: string;
                /** @description What was said of it. */
                note: string;
                /**
                 * Format: int64
                 * @description Bytes of what was changed, as they are stored.
                 */
                size_bytes: number;
                /**
                 * Format: int64
                 * @description The version that it made.
                 */
                version: number;
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A part of a list. */
        PageBody_RunSummary: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                command: string;
                /**
                 * Format: int32
                 * @description How many tasks run at a time.
                 */
                concurrency: number;
                /** Format: date-time */
                created_at: string;
                /** @description The name of who asked for it; null for the system. */
                created_by?: string | null;
                /** Format: date-time */
                finished_at?: string | null;
                id: components["schemas"]["RunId"];
                origin: components["schemas"]["RunOrigin"];
                /** Format: date-time */
                started_at?: string | null;
                /**
                 * @description Where a run stands, over all of its tasks.
                 * @enum {string}
                 */
                status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";
                /**
                 * Format: int64
                 * @description How long each task may take.
                 */
                timeout_seconds: number;
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A part of a list. */
        PageBody_Target: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                /** Format: date-time */
                created_at: string;
                /** @description Whether a private key is kept for it. */
                has_private_key: boolean;
                /** @description Null for a local target. */
                host?: string | null;
                /** @description The fingerprint of the pinned host key, `SHA256:…`; null before it was pinned. */
                host_key?: string | null;
                id: components["schemas"]["TargetId"];
                /** @description Free words to choose targets by. */
                labels: {
                    [key: string]: string;
                };
                name: string;
                /**
                 * Format: int32
                 * @description Null for a local target.
                 */
                port?: number | null;
                /**
                 * @description How a target is reached.
                 * @enum {string}
                 */
                transport: "ssh" | "local";
                /** Format: date-time */
                updated_at: string;
                /** @description The user to be there; null for a local target. */
                user?: string | null;
                /**
                 * Format: int64
                 * @description Grows with every change; also in the ETag.
                 */
                version: number;
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A part of a list. */
        PageBody_User: {
            /** @description The items, newest first unless said otherwise. */
            items: {
                /** Format: date-time */
                created_at: string;
                /** @description Whether the user may not sign in. */
                disabled: boolean;
                id: components["schemas"]["UserId"];
                /**
                 * @description What kind of user somebody is. Roles do not inherit: the policy lists each.
                 * @enum {string}
                 */
                role: "admin" | "operator" | "viewer";
                /** Format: date-time */
                updated_at: string;
                username: string;
            }[];
            /** @description Pass it as `cursor` for the next part; null at the end. */
            next_cursor?: string | null;
        };
        /** @description What one mode concluded, for people. */
        PerspectiveView: {
            /**
             * Format: double
             * @description How much the case gives this mode to work with, 0 to 1.
             */
            applicability: number;
            /** @description What it took for granted. */
            assumptions: string[];
            /** @description Its conclusions, strongest first. */
            conclusions: components["schemas"]["ConclusionView"][];
            /** @description The mode's name. */
            mode: string;
            /** @description One sentence on how it got there. */
            note: string;
            /** @description The atoms it used. */
            used: string[];
            /**
             * Format: double
             * @description Its share in the consensus, 0 to 1.
             */
            weight: number;
        };
        /** @description The key to pin. */
        PinHostKey: {
            /** @description The fingerprint that the scan showed and somebody compared. */
            fingerprint: string;
        };
        /** @description The body of every error (RFC 9457). */
        Problem: {
            /** @description What happened this time and what to do. */
            detail: string;
            /** @description The field at fault: a dotted path into the body, or a parameter's name. */
            field?: string | null;
            /** @description To find the request in the server's log. */
            request_id: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description Short, the same for every occurrence. */
            title: string;
            /** @description Stable name of the kind of problem: `urn:oriel:problem:…`. */
            type: string;
        };
        /** @description How a conclusion was derived: a rule and, below it, its premises down to the observed facts. */
        ProofTree: {
            /** @description The atom concluded or observed. */
            atom: string;
            /**
             * Format: double
             * @description Truth value confidence, 0 to 1.
             */
            confidence: number;
            /** @description The file the fact was read from. */
            file?: string | null;
            /**
             * Format: int32
             * @description The line in that file, from 1.
             */
            line?: number | null;
            /** @description What it rests on. */
            premises: components["schemas"]["ProofTree"][];
            /** @description The rule that concluded it; none for an observed fact. */
            rule?: string | null;
            /** @description The rule's sentence. */
            says?: string | null;
            /**
             * Format: double
             * @description Truth value strength, 0 to 1.
             */
            strength: number;
        };
        /** @description One candidate cause with its probability. */
        RankedHypothesis: {
            /** @description The cause's name in the rules. */
            cause: string;
            /** @description What is at fault, as `kind/name`. */
            entity: string;
            /** @description The observed facts that speak for it. */
            evidence: components["schemas"]["EvidenceItem"][];
            /** @description Why, in a few sentences. */
            explanation: string;
            /**
             * Format: double
             * @description Upper end of the 90 % credible interval.
             */
            high: number;
            /**
             * Format: double
             * @description Lower end of the 90 % credible interval.
             */
            low: number;
            /**
             * Format: double
             * @description Calibrated probability that this is a true cause, 0 to 1. From telemetry alone, which tells what a trouble does and not
             *     what it is, the foremost cause at a place carries the probability that the trouble is at that place.
             */
            probability: number;
            proof?: components["schemas"]["ProofTree"] | null;
            /** @description The two in a sentence. */
            title: string;
        };
        /** @description Something to do about it. */
        Recommendation: {
            /** @description The action's name in the rules. */
            action: string;
            /** @description What the command leaves open (`<password>`), each once: to be filled in by whoever runs it. */
            blanks?: string[];
            /** @description The cause it removes, or tells apart. */
            cause: string;
            /** @description A command that only reads and shows whether it worked. */
            check?: string;
            /** @description What that command then shows. */
            check_shows?: string;
            /** @description The command, filled in as far as the evidence goes; empty when there is none. */
            command: string;
            /** @description The change as a unified diff of the manifest lines that it touches, where it sets fields. */
            diff?: string | null;
            /** @description What it acts on. */
            entity: string;
            /** @description Why this action with these values, and why in this place of the list. */
            explanation: string;
            /** @description What kind of change it is. */
            kind?: components["schemas"]["ChangeKind"];
            /** @description Whether it can be undone. */
            reversible: boolean;
            /** @description How likely it is to do harm. */
            risk: components["schemas"]["Risk"];
            /** @description What the harm would be. */
            risk_reason?: string;
            /** @description Whether the command may be offered for running: there is one, and it leaves nothing open. */
            runnable?: boolean;
            /** @description The action in a sentence. */
            title: string;
            /** @description The command that undoes it. */
            undo?: string | null;
            /** @description Why there is no such command: it cannot be undone, or it changes nothing. */
            undo_reason?: string | null;
            /**
             * Format: double
             * @description Expected utility, in units of "the incident ends".
             */
            utility: number;
        };
        /** @description The outcome and what it changed. */
        ReportedOutcome: {
            learned: components["schemas"]["Learned"][];
            outcome: components["schemas"]["Outcome"];
        };
        /**
         * @description How likely an action is to do harm.
         * @enum {string}
         */
        Risk: "low" | "medium" | "high";
        /** @description A command on a set of targets. */
        Run: components["schemas"]["RunSummary"] & {
            /** @description One for each target, in their order. */
            tasks: components["schemas"]["Task"][];
        };
        /**
         * Format: uuid
         * @description A command sent to one or more targets.
         */
        RunId: string;
        /** @description What a run came from. */
        RunOrigin: {
            investigation_id?: components["schemas"]["InvestigationId"] | null;
            /**
             * @description Kinds of origins.
             * @enum {string}
             */
            kind: "command" | "inquiry";
        };
        /** @description A command on a set of targets, without its tasks. */
        RunSummary: {
            command: string;
            /**
             * Format: int32
             * @description How many tasks run at a time.
             */
            concurrency: number;
            /** Format: date-time */
            created_at: string;
            /** @description The name of who asked for it; null for the system. */
            created_by?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            id: components["schemas"]["RunId"];
            origin: components["schemas"]["RunOrigin"];
            /** Format: date-time */
            started_at?: string | null;
            /**
             * @description Where a run stands, over all of its tasks.
             * @enum {string}
             */
            status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";
            /**
             * Format: int64
             * @description How long each task may take.
             */
            timeout_seconds: number;
        };
        /** @description A session. */
        Session: {
            /**
             * Format: date-time
             * @description When it ends at the latest; it ends earlier when it is not used.
             */
            expires_at: string;
            /** @description For `Authorization: Bearer`; only in the answer to a sign-in with `?token=true`. */
            token?: string | null;
            user: components["schemas"]["SessionUser"];
        };
        /** @description Who is signed in. */
        SessionUser: {
            id: components["schemas"]["UserId"];
            /**
             * @description What kind of user somebody is. Roles do not inherit: the policy lists each.
             * @enum {string}
             */
            role: "admin" | "operator" | "viewer";
            username: string;
        };
        /** @description Whether the setup is still to be done. */
        Setup: {
            /** @description Whether there is no administrator yet. */
            needed: boolean;
        };
        /** @description A piece of evidence that was not used. */
        SkippedItem: {
            /** @description The file in the incident. */
            file: string;
            /**
             * Format: int32
             * @description The line, from 1; 0 for the whole file.
             */
            line: number;
            /** @description Why. */
            reason: string;
        };
        /** @description How far one stage of an investigation is. */
        Stage: {
            /**
             * Format: date-time
             * @description When this was so.
             */
            at: string;
            /**
             * Format: int64
             * @description Units of work done.
             */
            done: number;
            name: string;
            /**
             * Format: int64
             * @description Units of work in all; null when not known.
             */
            total?: number | null;
        };
        /** @description An incident and its newest investigation. */
        SubmittedIncident: {
            /** @description Whether the same bytes were there already. */
            duplicate: boolean;
            incident: components["schemas"]["Incident"];
            investigation?: components["schemas"]["Investigation"] | null;
        };
        /** @description A host that commands run on. */
        Target: {
            /** Format: date-time */
            created_at: string;
            /** @description Whether a private key is kept for it. */
            has_private_key: boolean;
            /** @description Null for a local target. */
            host?: string | null;
            /** @description The fingerprint of the pinned host key, `SHA256:…`; null before it was pinned. */
            host_key?: string | null;
            id: components["schemas"]["TargetId"];
            /** @description Free words to choose targets by. */
            labels: {
                [key: string]: string;
            };
            name: string;
            /**
             * Format: int32
             * @description Null for a local target.
             */
            port?: number | null;
            /**
             * @description How a target is reached.
             * @enum {string}
             */
            transport: "ssh" | "local";
            /** Format: date-time */
            updated_at: string;
            /** @description The user to be there; null for a local target. */
            user?: string | null;
            /**
             * Format: int64
             * @description Grows with every change; also in the ETag.
             */
            version: number;
        };
        /**
         * Format: uuid
         * @description A machine that commands run on.
         */
        TargetId: string;
        /** @description What to change; what is left out stays. */
        TargetUpdate: {
            /** @description Another host; its key must be pinned anew. */
            host?: string | null;
            /** @description Other labels, all of them. */
            labels?: {
                [key: string]: string;
            } | null;
            name?: string | null;
            /**
             * Format: int32
             * @description Another port; the host key must be pinned anew.
             */
            port?: number | null;
            /** @description Another private key. */
            private_key?: string | null;
            user?: string | null;
        };
        /** @description A run's part on one target. */
        Task: {
            /** @description What is to be said about its end. */
            error?: string | null;
            /** Format: int32 */
            exit_code?: number | null;
            /** Format: date-time */
            finished_at?: string | null;
            id: components["schemas"]["TaskId"];
            /** @description The signal that ended the command. */
            signal?: string | null;
            /** Format: date-time */
            started_at?: string | null;
            /**
             * @description Where one target's part of a run stands.
             * @enum {string}
             */
            status: "queued" | "running" | "succeeded" | "failed" | "timed_out" | "cancelled" | "lost" | "refused" | "interrupted";
            /**
             * Format: int64
             * @description How much was recorded.
             */
            stderr_bytes: number;
            /**
             * Format: int64
             * @description How much was recorded.
             */
            stdout_bytes: number;
            target_id: components["schemas"]["TargetId"];
            /** @description The target's name when the run was started. */
            target_name: string;
        };
        /**
         * Format: uuid
         * @description One target's part of a run.
         */
        TaskId: string;
        /** @description How a test went. */
        TestResult: {
            /** @description What went wrong, or that all is well. */
            detail: string;
            /** Format: int64 */
            duration_ms: number;
            /** @description Whether a command can run there. */
            ok: boolean;
            /** @description The steps taken, in order; after a failure those before it. */
            steps: components["schemas"]["TestStep"][];
        };
        /** @description One step of a test. */
        TestStep: {
            detail: string;
            /** Format: int64 */
            duration_ms: number;
            name: string;
            /** @description Always true: the step that failed is told in the result's `detail`. */
            ok: boolean;
        };
        /** @description One command that an inquiry put to the system, why, and what came of it. */
        TranscriptStep: {
            /** @description Whether it was answered. */
            answered: boolean;
            /** @description The causes that it could show or rule out, most probable first, five at most. */
            at_stake: string[];
            /** @description The command as one would type it. */
            command: string;
            /**
             * Format: double
             * @description What it costs; 1 for listing one kind of object.
             */
            cost: number;
            /**
             * Format: double
             * @description The information expected of it, in bits.
             */
            expected_bits: number;
            /**
             * Format: double
             * @description By how much the probability of naming the right cause was expected to rise, 0 to 1.
             */
            expected_value: number;
            /** @description Facts gained. */
            facts: number;
            /** @description The best hypothesis afterwards, with its probability; empty when there is none. */
            leading: string;
            /** @description What came of it in a line: the facts gained, or why there was no answer. */
            outcome: string;
            /** @description What it is asked for, in a sentence. */
            purpose: string;
        };
        /** @description An account. */
        User: {
            /** Format: date-time */
            created_at: string;
            /** @description Whether the user may not sign in. */
            disabled: boolean;
            id: components["schemas"]["UserId"];
            /**
             * @description What kind of user somebody is. Roles do not inherit: the policy lists each.
             * @enum {string}
             */
            role: "admin" | "operator" | "viewer";
            /** Format: date-time */
            updated_at: string;
            username: string;
        };
        /**
         * Format: uuid
         * @description A user account.
         */
        UserId: string;
        /** @description What to change; what is left out stays. */
        UserUpdate: {
            /** @description Whether the user may not sign in; this ends the user's sessions. */
            disabled?: boolean | null;
            /** @description A new password; this ends the user's sessions. */
            password?: string | null;
            role?: ("admin" | "operator" | "viewer") | null;
        };
        /** @description The answer of an investigation. */
        Verdict: {
            abstention?: components["schemas"]["Abstention"] | null;
            /**
             * Format: double
             * @description How far the modes agree: 1 − the normalised Jensen-Shannon divergence of their distributions.
             */
            agreement: number;
            /** @description What cannot hold together. */
            contradictions: components["schemas"]["Contradiction"][];
            /**
             * Format: double
             * @description Wall time of the whole diagnosis in milliseconds; filled in by the caller that holds a clock.
             */
            elapsed_ms: number;
            /** @description What it rests on. */
            evidence_summary: components["schemas"]["EvidenceSummary"];
            /**
             * Format: double
             * @description Probability that nothing is wrong.
             */
            healthy_probability: number;
            /** @description The candidates, most probable first, ten at most. */
            hypotheses: components["schemas"]["RankedHypothesis"][];
            /** @description What each mode said; silent modes are absent. */
            perspectives: components["schemas"]["PerspectiveView"][];
            /** @description What to do, best first. */
            recommendations: components["schemas"]["Recommendation"][];
            /** @description What was not used. */
            skipped: components["schemas"]["SkippedItem"][];
            /** @description Whether a cause is named. */
            status: components["schemas"]["VerdictStatus"];
            /** @description Why nothing more was asked; none where nothing was. */
            stopped?: string | null;
            /** @description What was asked of the system, in order; empty where all evidence was given. */
            transcript?: components["schemas"]["TranscriptStep"][];
        };
        /**
         * @description Whether a cause was named.
         * @enum {string}
         */
        VerdictStatus: "diagnosed" | "abstained";
    };
    responses: {
        /** @description It did not work; the body says why */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
