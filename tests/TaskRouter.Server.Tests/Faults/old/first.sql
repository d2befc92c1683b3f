--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: __EFMigrationsHistory; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."__EFMigrationsHistory" (
    "MigrationId" character varying(150) NOT NULL,
    "ProductVersion" character varying(32) NOT NULL
);


--
-- Name: activities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.activities (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    friendly_name text NOT NULL,
    name_key text NOT NULL,
    available boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    workspace_sid uuid NOT NULL,
    sequence bigint NOT NULL,
    sid uuid NOT NULL,
    type text NOT NULL,
    at timestamp with time zone NOT NULL,
    description text NOT NULL,
    resource_type text NOT NULL,
    resource_sid text NOT NULL,
    task_sid uuid,
    worker_sid uuid,
    task_queue_sid uuid,
    workflow_sid uuid,
    reservation_sid uuid,
    task_channel_sid uuid,
    event_data text NOT NULL,
    CONSTRAINT ck_events_sequence CHECK ((sequence >= 1))
);


--
-- Name: reservations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reservations (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    task_sid uuid NOT NULL,
    worker_sid uuid NOT NULL,
    task_channel_sid uuid NOT NULL,
    task_queue_sid uuid,
    workflow_sid uuid,
    task_transfer_sid uuid,
    status smallint NOT NULL,
    worker_previous_activity_sid uuid NOT NULL,
    timeout_seconds integer NOT NULL,
    expires_at timestamp with time zone,
    callback_due boolean NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_reservations_expires_at CHECK (((expires_at IS NULL) OR (status = 0))),
    CONSTRAINT ck_reservations_status CHECK (((status >= 0) AND (status <= 7))),
    CONSTRAINT ck_reservations_timeout_seconds CHECK ((timeout_seconds >= 0)),
    CONSTRAINT ck_reservations_version CHECK ((version >= 0))
);


--
-- Name: task_channels; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.task_channels (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    friendly_name text NOT NULL,
    unique_name text NOT NULL,
    name_key text NOT NULL,
    channel_optimized_routing boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);


--
-- Name: task_queues; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.task_queues (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    friendly_name text NOT NULL,
    name_key text NOT NULL,
    target_workers text NOT NULL,
    max_reserved_workers integer NOT NULL,
    task_order smallint NOT NULL,
    reservation_activity_sid uuid,
    assignment_activity_sid uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_task_queues_max_reserved_workers CHECK ((max_reserved_workers >= 1)),
    CONSTRAINT ck_task_queues_task_order CHECK (((task_order >= 0) AND (task_order <= 1)))
);


--
-- Name: task_transfers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.task_transfers (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    task_sid uuid NOT NULL,
    transfer_to text NOT NULL,
    mode smallint NOT NULL,
    status smallint NOT NULL,
    failed_reason text,
    initiating_reservation_sid uuid NOT NULL,
    initiating_worker_sid uuid NOT NULL,
    initiating_task_queue_sid uuid,
    initiating_workflow_sid uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_task_transfers_mode CHECK (((mode >= 0) AND (mode <= 1))),
    CONSTRAINT ck_task_transfers_status CHECK (((status >= 0) AND (status <= 3)))
);


--
-- Name: tasks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tasks (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    attributes text NOT NULL,
    assignment_status smallint NOT NULL,
    reason text,
    priority integer NOT NULL,
    timeout_seconds integer NOT NULL,
    task_channel_sid uuid NOT NULL,
    task_queue_sid uuid,
    workflow_sid uuid,
    workflow_version integer NOT NULL,
    re_evaluation_due boolean NOT NULL,
    left_workflow boolean NOT NULL,
    filter_index integer,
    step_index integer,
    filter_entered_at timestamp with time zone,
    step_seconds integer NOT NULL,
    routing_target text,
    ignore_capacity boolean NOT NULL,
    assignment_count integer NOT NULL,
    queue_entered_at timestamp with time zone,
    virtual_start_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    step_expires_at timestamp with time zone,
    completion_due_at timestamp with time zone,
    target_due_at timestamp with time zone,
    ended_at timestamp with time zone,
    remove_at timestamp with time zone,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_tasks_assignment_count CHECK ((assignment_count >= 0)),
    CONSTRAINT ck_tasks_assignment_status CHECK (((assignment_status >= 0) AND (assignment_status <= 5))),
    CONSTRAINT ck_tasks_ended_at CHECK (((ended_at IS NOT NULL) = (assignment_status >= 4))),
    CONSTRAINT ck_tasks_filter_index CHECK ((filter_index >= 0)),
    CONSTRAINT ck_tasks_priority CHECK ((priority >= 0)),
    CONSTRAINT ck_tasks_remove_at CHECK (((remove_at IS NOT NULL) = (assignment_status >= 4))),
    CONSTRAINT ck_tasks_step_index CHECK ((step_index >= 0)),
    CONSTRAINT ck_tasks_timeout_seconds CHECK ((timeout_seconds >= 0)),
    CONSTRAINT ck_tasks_version CHECK ((version >= 0)),
    CONSTRAINT ck_tasks_workflow_version CHECK ((workflow_version >= 0))
);


--
-- Name: worker_channels; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.worker_channels (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    worker_sid uuid NOT NULL,
    task_channel_sid uuid NOT NULL,
    configured_capacity integer NOT NULL,
    available boolean NOT NULL,
    last_reserved_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_worker_channels_configured_capacity CHECK ((configured_capacity >= 0)),
    CONSTRAINT ck_worker_channels_version CHECK ((version >= 0))
);


--
-- Name: workers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workers (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    friendly_name text NOT NULL,
    name_key text NOT NULL,
    activity_sid uuid NOT NULL,
    attributes text NOT NULL,
    status_changed_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_workers_version CHECK ((version >= 0))
);


--
-- Name: workflow_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workflow_versions (
    workspace_sid uuid NOT NULL,
    workflow_sid uuid NOT NULL,
    version integer NOT NULL,
    configuration text NOT NULL,
    CONSTRAINT ck_workflow_versions_version CHECK ((version >= 1))
);


--
-- Name: workflows; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workflows (
    sid uuid NOT NULL,
    workspace_sid uuid NOT NULL,
    friendly_name text NOT NULL,
    name_key text NOT NULL,
    assignment_callback_url text,
    fallback_assignment_callback_url text,
    configuration text NOT NULL,
    configuration_version integer NOT NULL,
    task_reservation_timeout_seconds integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_workflows_configuration_version CHECK ((configuration_version >= 1)),
    CONSTRAINT ck_workflows_task_reservation_timeout_seconds CHECK ((task_reservation_timeout_seconds >= 1))
);


--
-- Name: workspaces; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.workspaces (
    workspace_sid uuid NOT NULL,
    account_sid uuid NOT NULL,
    friendly_name text NOT NULL,
    name_key text NOT NULL,
    default_activity_sid uuid NOT NULL,
    timeout_activity_sid uuid NOT NULL,
    event_callback_url text NOT NULL,
    events_filter text,
    multi_task_enabled boolean NOT NULL,
    prioritize_queue_order smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    epoch bigint DEFAULT 1 NOT NULL,
    last_event_sequence bigint DEFAULT 0 NOT NULL,
    last_event_sid uuid,
    CONSTRAINT ck_workspaces_epoch CHECK ((epoch >= 1)),
    CONSTRAINT ck_workspaces_last_event_sequence CHECK ((last_event_sequence >= 0)),
    CONSTRAINT ck_workspaces_prioritize_queue_order CHECK (((prioritize_queue_order >= 0) AND (prioritize_queue_order <= 1)))
);


--
-- Data for Name: __EFMigrationsHistory; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."__EFMigrationsHistory" VALUES ('20261125141409_Initial', '10.0.14');


--
-- Data for Name: activities; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.activities VALUES ('01a21466-c848-7001-bc61-d9effe129e54', '01a21466-c832-7000-be98-09e4cafeb039', 'Offline', 'offline', false, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');
INSERT INTO public.activities VALUES ('01a21466-c848-7003-ab19-dba94b384b63', '01a21466-c832-7000-be98-09e4cafeb039', 'Available', 'available', true, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');
INSERT INTO public.activities VALUES ('01a21466-c848-7005-94b8-9dc318524617', '01a21466-c832-7000-be98-09e4cafeb039', 'Unavailable', 'unavailable', false, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 1, '01a21466-c848-7000-8cba-4c1fbbb438f9', 'workspace.created', '2026-11-25 20:30:09.992+00', 'Workspace Old created', 'workspace', 'WS01a21466c8327000be9809e4cafeb039', NULL, NULL, NULL, NULL, NULL, NULL, '{"event_type":"workspace.created","sid":"EV01a21466c84870008cba4c1fbbb438f9","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Workspace Old created","resource_type":"workspace","resource_sid":"WS01a21466c8327000be9809e4cafeb039","timestamp":"1795638609","timestamp_ms":"1795638609992"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 2, '01a21466-c848-7002-90fa-c41d19197a61', 'activity.created', '2026-11-25 20:30:09.992+00', 'Activity Offline created', 'activity', 'WA01a21466c8487001bc61d9effe129e54', NULL, NULL, NULL, NULL, NULL, NULL, '{"event_type":"activity.created","sid":"EV01a21466c848700290fac41d19197a61","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Activity Offline created","resource_type":"activity","resource_sid":"WA01a21466c8487001bc61d9effe129e54","timestamp":"1795638609","timestamp_ms":"1795638609992","activity_sid":"WA01a21466c8487001bc61d9effe129e54","activity_name":"Offline","activity_available":"false"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 3, '01a21466-c848-7004-9b5b-987bdbff2db0', 'activity.created', '2026-11-25 20:30:09.992+00', 'Activity Available created', 'activity', 'WA01a21466c8487003ab19dba94b384b63', NULL, NULL, NULL, NULL, NULL, NULL, '{"event_type":"activity.created","sid":"EV01a21466c84870049b5b987bdbff2db0","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Activity Available created","resource_type":"activity","resource_sid":"WA01a21466c8487003ab19dba94b384b63","timestamp":"1795638609","timestamp_ms":"1795638609992","activity_sid":"WA01a21466c8487003ab19dba94b384b63","activity_name":"Available","activity_available":"true"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 4, '01a21466-c848-7006-bc16-7201faedb413', 'activity.created', '2026-11-25 20:30:09.992+00', 'Activity Unavailable created', 'activity', 'WA01a21466c848700594b89dc318524617', NULL, NULL, NULL, NULL, NULL, NULL, '{"event_type":"activity.created","sid":"EV01a21466c8487006bc167201faedb413","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Activity Unavailable created","resource_type":"activity","resource_sid":"WA01a21466c848700594b89dc318524617","timestamp":"1795638609","timestamp_ms":"1795638609992","activity_sid":"WA01a21466c848700594b89dc318524617","activity_name":"Unavailable","activity_available":"false"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 5, '01a21466-c848-7008-8e02-e2512968403a', 'task-channel.created', '2026-11-25 20:30:09.992+00', 'TaskChannel Default created', 'taskchannel', 'TC01a21466c8487007a8ffd29331eb8f4d', NULL, NULL, NULL, NULL, NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task-channel.created","sid":"EV01a21466c84870088e02e2512968403a","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"TaskChannel Default created","resource_type":"taskchannel","resource_sid":"TC01a21466c8487007a8ffd29331eb8f4d","timestamp":"1795638609","timestamp_ms":"1795638609992","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_name":"Default","task_channel_unique_name":"default","task_channel_optimized_routing":"false"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 6, '01a21466-c848-700a-8ddf-992c4d5fa457', 'task-channel.created', '2026-11-25 20:30:09.992+00', 'TaskChannel Voice created', 'taskchannel', 'TC01a21466c848700990f646ad00513773', NULL, NULL, NULL, NULL, NULL, '01a21466-c848-7009-90f6-46ad00513773', '{"event_type":"task-channel.created","sid":"EV01a21466c848700a8ddf992c4d5fa457","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"TaskChannel Voice created","resource_type":"taskchannel","resource_sid":"TC01a21466c848700990f646ad00513773","timestamp":"1795638609","timestamp_ms":"1795638609992","task_channel_sid":"TC01a21466c848700990f646ad00513773","task_channel_name":"Voice","task_channel_unique_name":"voice","task_channel_optimized_routing":"false"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 7, '01a21466-c848-700c-9a9d-9d2af6f19f26', 'task-channel.created', '2026-11-25 20:30:09.992+00', 'TaskChannel Chat created', 'taskchannel', 'TC01a21466c848700b9ab31aaf07d62d9e', NULL, NULL, NULL, NULL, NULL, '01a21466-c848-700b-9ab3-1aaf07d62d9e', '{"event_type":"task-channel.created","sid":"EV01a21466c848700c9a9d9d2af6f19f26","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"TaskChannel Chat created","resource_type":"taskchannel","resource_sid":"TC01a21466c848700b9ab31aaf07d62d9e","timestamp":"1795638609","timestamp_ms":"1795638609992","task_channel_sid":"TC01a21466c848700b9ab31aaf07d62d9e","task_channel_name":"Chat","task_channel_unique_name":"chat","task_channel_optimized_routing":"false"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 8, '01a21466-c848-700e-8ab2-1de0a844d8f9', 'task-channel.created', '2026-11-25 20:30:09.992+00', 'TaskChannel SMS created', 'taskchannel', 'TC01a21466c848700d8365ce787299345f', NULL, NULL, NULL, NULL, NULL, '01a21466-c848-700d-8365-ce787299345f', '{"event_type":"task-channel.created","sid":"EV01a21466c848700e8ab21de0a844d8f9","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"TaskChannel SMS created","resource_type":"taskchannel","resource_sid":"TC01a21466c848700d8365ce787299345f","timestamp":"1795638609","timestamp_ms":"1795638609992","task_channel_sid":"TC01a21466c848700d8365ce787299345f","task_channel_name":"SMS","task_channel_unique_name":"sms","task_channel_optimized_routing":"false"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 9, '01a21466-c848-7010-a3e9-e15a241c9d69', 'task-channel.created', '2026-11-25 20:30:09.992+00', 'TaskChannel Video created', 'taskchannel', 'TC01a21466c848700f85025c61893bb3b7', NULL, NULL, NULL, NULL, NULL, '01a21466-c848-700f-8502-5c61893bb3b7', '{"event_type":"task-channel.created","sid":"EV01a21466c8487010a3e9e15a241c9d69","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"TaskChannel Video created","resource_type":"taskchannel","resource_sid":"TC01a21466c848700f85025c61893bb3b7","timestamp":"1795638609","timestamp_ms":"1795638609992","task_channel_sid":"TC01a21466c848700f85025c61893bb3b7","task_channel_name":"Video","task_channel_unique_name":"video","task_channel_optimized_routing":"false"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 10, '01a21466-c848-7012-a7cd-6e878df42036', 'task-queue.created', '2026-11-25 20:30:09.992+00', 'TaskQueue Sample Queue created', 'taskqueue', 'WQ01a21466c8487011a388f6cf1a8b0707', NULL, NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', NULL, NULL, NULL, '{"event_type":"task-queue.created","sid":"EV01a21466c8487012a7cd6e878df42036","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"TaskQueue Sample Queue created","resource_type":"taskqueue","resource_sid":"WQ01a21466c8487011a388f6cf1a8b0707","timestamp":"1795638609","timestamp_ms":"1795638609992","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 11, '01a21466-c848-7014-be88-d2c62ad58e2f', 'workflow.created', '2026-11-25 20:30:09.992+00', 'Workflow Default Fifo Workflow created', 'workflow', 'WW01a21466c8487013b12425f461b29c0a', NULL, NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, NULL, '{"event_type":"workflow.created","sid":"EV01a21466c8487014be88d2c62ad58e2f","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Workflow Default Fifo Workflow created","resource_type":"workflow","resource_sid":"WW01a21466c8487013b12425f461b29c0a","timestamp":"1795638609","timestamp_ms":"1795638609992","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 12, '01a21466-ccde-7006-bf1b-36696c42cb26', 'worker.created', '2026-11-25 20:30:11.166+00', 'Worker Alice created', 'worker', 'WK01a21466ccde700094faa1f657f82586', NULL, '01a21466-ccde-7000-94fa-a1f657f82586', NULL, NULL, NULL, NULL, '{"event_type":"worker.created","sid":"EV01a21466ccde7006bf1b36696c42cb26","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Worker Alice created","resource_type":"worker","resource_sid":"WK01a21466ccde700094faa1f657f82586","timestamp":"1795638611","timestamp_ms":"1795638611166","worker_sid":"WK01a21466ccde700094faa1f657f82586","worker_name":"Alice","worker_attributes":"{\"skills\":[\"support\"]}","worker_activity_sid":"WA01a21466c8487003ab19dba94b384b63","worker_activity_name":"Available","worker_version":"0"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 13, '01a21466-cd06-7006-9730-ed7c2ca1ec31', 'worker.created', '2026-11-25 20:30:11.206+00', 'Worker Bob created', 'worker', 'WK01a21466cd06700086478efcdced744f', NULL, '01a21466-cd06-7000-8647-8efcdced744f', NULL, NULL, NULL, NULL, '{"event_type":"worker.created","sid":"EV01a21466cd0670069730ed7c2ca1ec31","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Worker Bob created","resource_type":"worker","resource_sid":"WK01a21466cd06700086478efcdced744f","timestamp":"1795638611","timestamp_ms":"1795638611206","worker_sid":"WK01a21466cd06700086478efcdced744f","worker_name":"Bob","worker_attributes":"{\"skills\":[\"sales\"]}","worker_activity_sid":"WA01a21466c8487001bc61d9effe129e54","worker_activity_name":"Offline","worker_version":"0"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 14, '01a21466-cd17-7001-92fb-61161d0d77b8', 'task.created', '2026-11-25 20:30:11.223+00', 'Task WT01a21466cd177000b4936e773d7ee956 created', 'task', 'WT01a21466cd177000b4936e773d7ee956', '01a21466-cd17-7000-b493-6e773d7ee956', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task.created","sid":"EV01a21466cd17700192fb61161d0d77b8","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cd177000b4936e773d7ee956 created","resource_type":"task","resource_sid":"WT01a21466cd177000b4936e773d7ee956","timestamp":"1795638611","timestamp_ms":"1795638611223","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 15, '01a21466-cd17-7002-b17b-55b333ecaa80', 'workflow.entered', '2026-11-25 20:30:11.223+00', 'Task WT01a21466cd177000b4936e773d7ee956 entered workflow', 'task', 'WT01a21466cd177000b4936e773d7ee956', '01a21466-cd17-7000-b493-6e773d7ee956', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.entered","sid":"EV01a21466cd177002b17b55b333ecaa80","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cd177000b4936e773d7ee956 entered workflow","resource_type":"task","resource_sid":"WT01a21466cd177000b4936e773d7ee956","timestamp":"1795638611","timestamp_ms":"1795638611223","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 16, '01a21466-cd17-7003-ae82-53c5fd6172c6', 'workflow.target-matched', '2026-11-25 20:30:11.223+00', 'Task WT01a21466cd177000b4936e773d7ee956 matched a workflow target', 'task', 'WT01a21466cd177000b4936e773d7ee956', '01a21466-cd17-7000-b493-6e773d7ee956', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.target-matched","sid":"EV01a21466cd177003ae8253c5fd6172c6","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cd177000b4936e773d7ee956 matched a workflow target","resource_type":"task","resource_sid":"WT01a21466cd177000b4936e773d7ee956","timestamp":"1795638611","timestamp_ms":"1795638611223","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 17, '01a21466-cd17-7004-bdab-4adc7cf285fc', 'task-queue.entered', '2026-11-25 20:30:11.223+00', 'Task WT01a21466cd177000b4936e773d7ee956 entered TaskQueue Sample Queue', 'task', 'WT01a21466cd177000b4936e773d7ee956', '01a21466-cd17-7000-b493-6e773d7ee956', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task-queue.entered","sid":"EV01a21466cd177004bdab4adc7cf285fc","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cd177000b4936e773d7ee956 entered TaskQueue Sample Queue","resource_type":"task","resource_sid":"WT01a21466cd177000b4936e773d7ee956","timestamp":"1795638611","timestamp_ms":"1795638611223","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 22, '01a21466-cee1-7001-b65a-e0b0a961dcc2', 'task.created', '2026-11-25 20:30:11.681+00', 'Task WT01a21466cee17000b9d8625b260871bf created', 'task', 'WT01a21466cee17000b9d8625b260871bf', '01a21466-cee1-7000-b9d8-625b260871bf', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task.created","sid":"EV01a21466cee17001b65ae0b0a961dcc2","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cee17000b9d8625b260871bf created","resource_type":"task","resource_sid":"WT01a21466cee17000b9d8625b260871bf","timestamp":"1795638611","timestamp_ms":"1795638611681","task_sid":"WT01a21466cee17000b9d8625b260871bf","task_attributes":"{\"name\":\"assigned\"}","task_age":"0","task_priority":"5","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 18, '01a21466-cd17-7006-b6a1-9225a9e67590', 'reservation.created', '2026-11-25 20:30:11.223+00', 'Reservation WR01a21466cd1770059d73d1be6c74942c created for worker Alice', 'reservation', 'WR01a21466cd1770059d73d1be6c74942c', '01a21466-cd17-7000-b493-6e773d7ee956', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', '01a21466-cd17-7005-9d73-d1be6c74942c', '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"reservation.created","sid":"EV01a21466cd177006b6a19225a9e67590","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Reservation WR01a21466cd1770059d73d1be6c74942c created for worker Alice","resource_type":"reservation","resource_sid":"WR01a21466cd1770059d73d1be6c74942c","timestamp":"1795638611","timestamp_ms":"1795638611223","reservation_sid":"WR01a21466cd1770059d73d1be6c74942c","reservation_version":"0","reservation_timeout":"120","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"reserved","task_version":"1","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue","worker_sid":"WK01a21466ccde700094faa1f657f82586","worker_name":"Alice","worker_attributes":"{\"skills\":[\"support\"]}","worker_activity_sid":"WA01a21466c8487003ab19dba94b384b63","worker_activity_name":"Available","worker_version":"1"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 19, '01a21466-ce9e-7000-b564-932828466fa4', 'reservation.accepted', '2026-11-25 20:30:11.614+00', 'Worker Alice accepted reservation WR01a21466cd1770059d73d1be6c74942c', 'reservation', 'WR01a21466cd1770059d73d1be6c74942c', '01a21466-cd17-7000-b493-6e773d7ee956', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', '01a21466-cd17-7005-9d73-d1be6c74942c', '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"reservation.accepted","sid":"EV01a21466ce9e7000b564932828466fa4","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Worker Alice accepted reservation WR01a21466cd1770059d73d1be6c74942c","resource_type":"reservation","resource_sid":"WR01a21466cd1770059d73d1be6c74942c","timestamp":"1795638611","timestamp_ms":"1795638611614","reservation_sid":"WR01a21466cd1770059d73d1be6c74942c","reservation_version":"1","reservation_timeout":"120","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"assigned","task_version":"2","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue","worker_sid":"WK01a21466ccde700094faa1f657f82586","worker_name":"Alice","worker_attributes":"{\"skills\":[\"support\"]}","worker_activity_sid":"WA01a21466c8487003ab19dba94b384b63","worker_activity_name":"Available","worker_version":"1"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 20, '01a21466-ceb2-7000-88da-e7bb089c38e0', 'reservation.completed', '2026-11-25 20:30:11.634+00', 'Reservation WR01a21466cd1770059d73d1be6c74942c of worker Alice is completed', 'reservation', 'WR01a21466cd1770059d73d1be6c74942c', '01a21466-cd17-7000-b493-6e773d7ee956', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', '01a21466-cd17-7005-9d73-d1be6c74942c', '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"reservation.completed","sid":"EV01a21466ceb2700088dae7bb089c38e0","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Reservation WR01a21466cd1770059d73d1be6c74942c of worker Alice is completed","resource_type":"reservation","resource_sid":"WR01a21466cd1770059d73d1be6c74942c","timestamp":"1795638611","timestamp_ms":"1795638611634","reservation_sid":"WR01a21466cd1770059d73d1be6c74942c","reservation_version":"2","reservation_timeout":"120","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"completed","reason":"solved","task_completed_reason":"solved","task_version":"3","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue","worker_sid":"WK01a21466ccde700094faa1f657f82586","worker_name":"Alice","worker_attributes":"{\"skills\":[\"support\"]}","worker_activity_sid":"WA01a21466c8487003ab19dba94b384b63","worker_activity_name":"Available","worker_version":"1"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 21, '01a21466-ceb2-7001-97db-306e8d20bef7', 'task.completed', '2026-11-25 20:30:11.634+00', 'Task WT01a21466cd177000b4936e773d7ee956 completed', 'task', 'WT01a21466cd177000b4936e773d7ee956', '01a21466-cd17-7000-b493-6e773d7ee956', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task.completed","sid":"EV01a21466ceb2700197db306e8d20bef7","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cd177000b4936e773d7ee956 completed","resource_type":"task","resource_sid":"WT01a21466cd177000b4936e773d7ee956","timestamp":"1795638611","timestamp_ms":"1795638611634","task_sid":"WT01a21466cd177000b4936e773d7ee956","task_attributes":"{\"name\":\"completed\"}","task_age":"0","task_priority":"0","task_assignment_status":"completed","reason":"solved","task_completed_reason":"solved","task_version":"3","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","worker_sid":"WK01a21466ccde700094faa1f657f82586","worker_name":"Alice","worker_attributes":"{\"skills\":[\"support\"]}","worker_activity_sid":"WA01a21466c8487003ab19dba94b384b63","worker_activity_name":"Available","worker_version":"1"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 23, '01a21466-cee1-7002-bb7e-6068da261060', 'workflow.entered', '2026-11-25 20:30:11.681+00', 'Task WT01a21466cee17000b9d8625b260871bf entered workflow', 'task', 'WT01a21466cee17000b9d8625b260871bf', '01a21466-cee1-7000-b9d8-625b260871bf', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.entered","sid":"EV01a21466cee17002bb7e6068da261060","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cee17000b9d8625b260871bf entered workflow","resource_type":"task","resource_sid":"WT01a21466cee17000b9d8625b260871bf","timestamp":"1795638611","timestamp_ms":"1795638611681","task_sid":"WT01a21466cee17000b9d8625b260871bf","task_attributes":"{\"name\":\"assigned\"}","task_age":"0","task_priority":"5","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 24, '01a21466-cee1-7003-bf05-c63363f455d4', 'workflow.target-matched', '2026-11-25 20:30:11.681+00', 'Task WT01a21466cee17000b9d8625b260871bf matched a workflow target', 'task', 'WT01a21466cee17000b9d8625b260871bf', '01a21466-cee1-7000-b9d8-625b260871bf', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.target-matched","sid":"EV01a21466cee17003bf05c63363f455d4","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cee17000b9d8625b260871bf matched a workflow target","resource_type":"task","resource_sid":"WT01a21466cee17000b9d8625b260871bf","timestamp":"1795638611","timestamp_ms":"1795638611681","task_sid":"WT01a21466cee17000b9d8625b260871bf","task_attributes":"{\"name\":\"assigned\"}","task_age":"0","task_priority":"5","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 25, '01a21466-cee1-7004-acec-6cf38c1637e3', 'task-queue.entered', '2026-11-25 20:30:11.681+00', 'Task WT01a21466cee17000b9d8625b260871bf entered TaskQueue Sample Queue', 'task', 'WT01a21466cee17000b9d8625b260871bf', '01a21466-cee1-7000-b9d8-625b260871bf', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task-queue.entered","sid":"EV01a21466cee17004acec6cf38c1637e3","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cee17000b9d8625b260871bf entered TaskQueue Sample Queue","resource_type":"task","resource_sid":"WT01a21466cee17000b9d8625b260871bf","timestamp":"1795638611","timestamp_ms":"1795638611681","task_sid":"WT01a21466cee17000b9d8625b260871bf","task_attributes":"{\"name\":\"assigned\"}","task_age":"0","task_priority":"5","task_assignment_status":"pending","task_version":"0","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 26, '01a21466-cee1-7006-8589-d8c3238a486e', 'reservation.created', '2026-11-25 20:30:11.681+00', 'Reservation WR01a21466cee17005873e66f5561bed2a created for worker Alice', 'reservation', 'WR01a21466cee17005873e66f5561bed2a', '01a21466-cee1-7000-b9d8-625b260871bf', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', '01a21466-cee1-7005-873e-66f5561bed2a', '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"reservation.created","sid":"EV01a21466cee170068589d8c3238a486e","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Reservation WR01a21466cee17005873e66f5561bed2a created for worker Alice","resource_type":"reservation","resource_sid":"WR01a21466cee17005873e66f5561bed2a","timestamp":"1795638611","timestamp_ms":"1795638611681","reservation_sid":"WR01a21466cee17005873e66f5561bed2a","reservation_version":"0","reservation_timeout":"120","task_sid":"WT01a21466cee17000b9d8625b260871bf","task_attributes":"{\"name\":\"assigned\"}","task_age":"0","task_priority":"5","task_assignment_status":"reserved","task_version":"1","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue","worker_sid":"WK01a21466ccde700094faa1f657f82586","worker_name":"Alice","worker_attributes":"{\"skills\":[\"support\"]}","worker_activity_sid":"WA01a21466c8487003ab19dba94b384b63","worker_activity_name":"Available","worker_version":"2"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 27, '01a21466-cfc6-7000-80bc-6a6f50e20386', 'reservation.accepted', '2026-11-25 20:30:11.91+00', 'Worker Alice accepted reservation WR01a21466cee17005873e66f5561bed2a', 'reservation', 'WR01a21466cee17005873e66f5561bed2a', '01a21466-cee1-7000-b9d8-625b260871bf', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', '01a21466-cee1-7005-873e-66f5561bed2a', '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"reservation.accepted","sid":"EV01a21466cfc6700080bc6a6f50e20386","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Worker Alice accepted reservation WR01a21466cee17005873e66f5561bed2a","resource_type":"reservation","resource_sid":"WR01a21466cee17005873e66f5561bed2a","timestamp":"1795638611","timestamp_ms":"1795638611910","reservation_sid":"WR01a21466cee17005873e66f5561bed2a","reservation_version":"1","reservation_timeout":"120","task_sid":"WT01a21466cee17000b9d8625b260871bf","task_attributes":"{\"name\":\"assigned\"}","task_age":"0","task_priority":"5","task_assignment_status":"assigned","task_version":"2","task_timeout":"86400","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue","worker_sid":"WK01a21466ccde700094faa1f657f82586","worker_name":"Alice","worker_attributes":"{\"skills\":[\"support\"]}","worker_activity_sid":"WA01a21466c8487003ab19dba94b384b63","worker_activity_name":"Available","worker_version":"2"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 28, '01a21466-cfd7-7001-a5a8-f51a1e71d07c', 'task.created', '2026-11-25 20:30:11.927+00', 'Task WT01a21466cfd7700099292698b3110043 created', 'task', 'WT01a21466cfd7700099292698b3110043', '01a21466-cfd7-7000-9929-2698b3110043', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task.created","sid":"EV01a21466cfd77001a5a8f51a1e71d07c","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfd7700099292698b3110043 created","resource_type":"task","resource_sid":"WT01a21466cfd7700099292698b3110043","timestamp":"1795638611","timestamp_ms":"1795638611927","task_sid":"WT01a21466cfd7700099292698b3110043","task_attributes":"{\"name\":\"waiting\"}","task_age":"0","task_priority":"3","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 29, '01a21466-cfd7-7002-afc9-9ba413103443', 'workflow.entered', '2026-11-25 20:30:11.927+00', 'Task WT01a21466cfd7700099292698b3110043 entered workflow', 'task', 'WT01a21466cfd7700099292698b3110043', '01a21466-cfd7-7000-9929-2698b3110043', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.entered","sid":"EV01a21466cfd77002afc99ba413103443","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfd7700099292698b3110043 entered workflow","resource_type":"task","resource_sid":"WT01a21466cfd7700099292698b3110043","timestamp":"1795638611","timestamp_ms":"1795638611927","task_sid":"WT01a21466cfd7700099292698b3110043","task_attributes":"{\"name\":\"waiting\"}","task_age":"0","task_priority":"3","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 30, '01a21466-cfd7-7003-8708-4bc4f9b2c857', 'workflow.target-matched', '2026-11-25 20:30:11.927+00', 'Task WT01a21466cfd7700099292698b3110043 matched a workflow target', 'task', 'WT01a21466cfd7700099292698b3110043', '01a21466-cfd7-7000-9929-2698b3110043', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.target-matched","sid":"EV01a21466cfd7700387084bc4f9b2c857","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfd7700099292698b3110043 matched a workflow target","resource_type":"task","resource_sid":"WT01a21466cfd7700099292698b3110043","timestamp":"1795638611","timestamp_ms":"1795638611927","task_sid":"WT01a21466cfd7700099292698b3110043","task_attributes":"{\"name\":\"waiting\"}","task_age":"0","task_priority":"3","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 31, '01a21466-cfd7-7004-8d97-a9bd49ad197a', 'task-queue.entered', '2026-11-25 20:30:11.927+00', 'Task WT01a21466cfd7700099292698b3110043 entered TaskQueue Sample Queue', 'task', 'WT01a21466cfd7700099292698b3110043', '01a21466-cfd7-7000-9929-2698b3110043', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task-queue.entered","sid":"EV01a21466cfd770048d97a9bd49ad197a","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfd7700099292698b3110043 entered TaskQueue Sample Queue","resource_type":"task","resource_sid":"WT01a21466cfd7700099292698b3110043","timestamp":"1795638611","timestamp_ms":"1795638611927","task_sid":"WT01a21466cfd7700099292698b3110043","task_attributes":"{\"name\":\"waiting\"}","task_age":"0","task_priority":"3","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 32, '01a21466-cfe4-7001-846e-06ca14e2cedc', 'task.created', '2026-11-25 20:30:11.94+00', 'Task WT01a21466cfe47000b1bb56d631517589 created', 'task', 'WT01a21466cfe47000b1bb56d631517589', '01a21466-cfe4-7000-b1bb-56d631517589', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task.created","sid":"EV01a21466cfe47001846e06ca14e2cedc","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfe47000b1bb56d631517589 created","resource_type":"task","resource_sid":"WT01a21466cfe47000b1bb56d631517589","timestamp":"1795638611","timestamp_ms":"1795638611940","task_sid":"WT01a21466cfe47000b1bb56d631517589","task_attributes":"{\"name\":\"canceled\"}","task_age":"0","task_priority":"1","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 33, '01a21466-cfe4-7002-8bf8-d199360d01bc', 'workflow.entered', '2026-11-25 20:30:11.94+00', 'Task WT01a21466cfe47000b1bb56d631517589 entered workflow', 'task', 'WT01a21466cfe47000b1bb56d631517589', '01a21466-cfe4-7000-b1bb-56d631517589', NULL, NULL, '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.entered","sid":"EV01a21466cfe470028bf8d199360d01bc","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfe47000b1bb56d631517589 entered workflow","resource_type":"task","resource_sid":"WT01a21466cfe47000b1bb56d631517589","timestamp":"1795638611","timestamp_ms":"1795638611940","task_sid":"WT01a21466cfe47000b1bb56d631517589","task_attributes":"{\"name\":\"canceled\"}","task_age":"0","task_priority":"1","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_ignore_capacity":"false","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 34, '01a21466-cfe4-7003-9a24-ed7734e18323', 'workflow.target-matched', '2026-11-25 20:30:11.94+00', 'Task WT01a21466cfe47000b1bb56d631517589 matched a workflow target', 'task', 'WT01a21466cfe47000b1bb56d631517589', '01a21466-cfe4-7000-b1bb-56d631517589', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"workflow.target-matched","sid":"EV01a21466cfe470039a24ed7734e18323","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfe47000b1bb56d631517589 matched a workflow target","resource_type":"task","resource_sid":"WT01a21466cfe47000b1bb56d631517589","timestamp":"1795638611","timestamp_ms":"1795638611940","task_sid":"WT01a21466cfe47000b1bb56d631517589","task_attributes":"{\"name\":\"canceled\"}","task_age":"0","task_priority":"1","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 35, '01a21466-cfe4-7004-b2aa-31d1155699a7', 'task-queue.entered', '2026-11-25 20:30:11.94+00', 'Task WT01a21466cfe47000b1bb56d631517589 entered TaskQueue Sample Queue', 'task', 'WT01a21466cfe47000b1bb56d631517589', '01a21466-cfe4-7000-b1bb-56d631517589', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task-queue.entered","sid":"EV01a21466cfe47004b2aa31d1155699a7","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfe47000b1bb56d631517589 entered TaskQueue Sample Queue","resource_type":"task","resource_sid":"WT01a21466cfe47000b1bb56d631517589","timestamp":"1795638611","timestamp_ms":"1795638611940","task_sid":"WT01a21466cfe47000b1bb56d631517589","task_attributes":"{\"name\":\"canceled\"}","task_age":"0","task_priority":"1","task_assignment_status":"pending","task_version":"0","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow","workflow_filter_name":"Default Filter","workflow_filter_target_name":"Sample Queue"}');
INSERT INTO public.events VALUES ('01a21466-c832-7000-be98-09e4cafeb039', 36, '01a21466-cff2-7000-a5a2-b5792355f77f', 'task.canceled', '2026-11-25 20:30:11.954+00', 'Task WT01a21466cfe47000b1bb56d631517589 canceled', 'task', 'WT01a21466cfe47000b1bb56d631517589', '01a21466-cfe4-7000-b1bb-56d631517589', NULL, '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, '01a21466-c848-7007-a8ff-d29331eb8f4d', '{"event_type":"task.canceled","sid":"EV01a21466cff27000a5a2b5792355f77f","account_sid":"AC00000000000000000000000000000001","workspace_sid":"WS01a21466c8327000be9809e4cafeb039","workspace_name":"Old","event_description":"Task WT01a21466cfe47000b1bb56d631517589 canceled","resource_type":"task","resource_sid":"WT01a21466cfe47000b1bb56d631517589","timestamp":"1795638611","timestamp_ms":"1795638611954","task_sid":"WT01a21466cfe47000b1bb56d631517589","task_attributes":"{\"name\":\"canceled\"}","task_age":"0","task_priority":"1","task_assignment_status":"canceled","task_version":"1","task_timeout":"1209600","task_channel_sid":"TC01a21466c8487007a8ffd29331eb8f4d","task_channel_unique_name":"default","task_date_created":"1795638611","task_virtual_start_time":"1795638611","task_queue_entered_date":"1795638611","task_age_in_queue":"0","task_ignore_capacity":"false","task_queue_sid":"WQ01a21466c8487011a388f6cf1a8b0707","task_queue_name":"Sample Queue","task_queue_target_expression":"1==1","workflow_sid":"WW01a21466c8487013b12425f461b29c0a","workflow_name":"Default Fifo Workflow"}');


--
-- Data for Name: reservations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reservations VALUES ('01a21466-cd17-7005-9d73-d1be6c74942c', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-cd17-7000-b493-6e773d7ee956', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7007-a8ff-d29331eb8f4d', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, 7, '01a21466-c848-7003-ab19-dba94b384b63', 120, NULL, false, 2, '2026-11-25 20:30:11.223+00', '2026-11-25 20:30:11.634+00');
INSERT INTO public.reservations VALUES ('01a21466-cee1-7005-873e-66f5561bed2a', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-cee1-7000-b9d8-625b260871bf', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7007-a8ff-d29331eb8f4d', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', NULL, 1, '01a21466-c848-7003-ab19-dba94b384b63', 120, NULL, false, 1, '2026-11-25 20:30:11.681+00', '2026-11-25 20:30:11.91+00');


--
-- Data for Name: task_channels; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.task_channels VALUES ('01a21466-c848-7007-a8ff-d29331eb8f4d', '01a21466-c832-7000-be98-09e4cafeb039', 'Default', 'default', 'default', false, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');
INSERT INTO public.task_channels VALUES ('01a21466-c848-7009-90f6-46ad00513773', '01a21466-c832-7000-be98-09e4cafeb039', 'Voice', 'voice', 'voice', false, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');
INSERT INTO public.task_channels VALUES ('01a21466-c848-700b-9ab3-1aaf07d62d9e', '01a21466-c832-7000-be98-09e4cafeb039', 'Chat', 'chat', 'chat', false, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');
INSERT INTO public.task_channels VALUES ('01a21466-c848-700d-8365-ce787299345f', '01a21466-c832-7000-be98-09e4cafeb039', 'SMS', 'sms', 'sms', false, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');
INSERT INTO public.task_channels VALUES ('01a21466-c848-700f-8502-5c61893bb3b7', '01a21466-c832-7000-be98-09e4cafeb039', 'Video', 'video', 'video', false, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');


--
-- Data for Name: task_queues; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.task_queues VALUES ('01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c832-7000-be98-09e4cafeb039', 'Sample Queue', 'sample queue', '1==1', 1, 0, NULL, NULL, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');


--
-- Data for Name: task_transfers; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: tasks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tasks VALUES ('01a21466-cd17-7000-b493-6e773d7ee956', '01a21466-c832-7000-be98-09e4cafeb039', '{"name":"completed"}', 4, 'solved', 0, 86400, '01a21466-c848-7007-a8ff-d29331eb8f4d', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', 1, false, false, NULL, NULL, '2026-11-25 20:30:11.223+00', 0, NULL, false, 1, '2026-11-25 20:30:11.223+00', '2026-11-25 20:30:11.223+00', NULL, NULL, NULL, NULL, '2026-11-25 20:30:11.634+00', '2026-11-25 20:35:11.634+00', 3, '2026-11-25 20:30:11.223+00', '2026-11-25 20:30:11.634+00');
INSERT INTO public.tasks VALUES ('01a21466-cee1-7000-b9d8-625b260871bf', '01a21466-c832-7000-be98-09e4cafeb039', '{"name":"assigned"}', 2, NULL, 5, 86400, '01a21466-c848-7007-a8ff-d29331eb8f4d', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', 1, false, false, NULL, NULL, '2026-11-25 20:30:11.681+00', 0, NULL, false, 1, '2026-11-25 20:30:11.681+00', '2026-11-25 20:30:11.681+00', NULL, NULL, '2026-11-26 20:30:11.91+00', NULL, NULL, NULL, 2, '2026-11-25 20:30:11.681+00', '2026-11-25 20:30:11.91+00');
INSERT INTO public.tasks VALUES ('01a21466-cfd7-7000-9929-2698b3110043', '01a21466-c832-7000-be98-09e4cafeb039', '{"name":"waiting"}', 0, NULL, 3, 1209600, '01a21466-c848-7007-a8ff-d29331eb8f4d', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', 1, false, false, NULL, NULL, '2026-11-25 20:30:11.927+00', 0, NULL, false, 0, '2026-11-25 20:30:11.927+00', '2026-11-25 20:30:11.927+00', '2026-12-09 20:30:11.927+00', NULL, NULL, NULL, NULL, NULL, 0, '2026-11-25 20:30:11.927+00', '2026-11-25 20:30:11.927+00');
INSERT INTO public.tasks VALUES ('01a21466-cfe4-7000-b1bb-56d631517589', '01a21466-c832-7000-be98-09e4cafeb039', '{"name":"canceled"}', 5, NULL, 1, 1209600, '01a21466-c848-7007-a8ff-d29331eb8f4d', '01a21466-c848-7011-a388-f6cf1a8b0707', '01a21466-c848-7013-b124-25f461b29c0a', 1, false, false, NULL, NULL, '2026-11-25 20:30:11.94+00', 0, NULL, false, 0, '2026-11-25 20:30:11.94+00', '2026-11-25 20:30:11.94+00', NULL, NULL, NULL, NULL, '2026-11-25 20:30:11.954+00', '2026-11-25 20:35:11.954+00', 1, '2026-11-25 20:30:11.94+00', '2026-11-25 20:30:11.954+00');


--
-- Data for Name: worker_channels; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.worker_channels VALUES ('01a21466-ccde-7002-b157-ac2e7123824e', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7009-90f6-46ad00513773', 1, true, '2026-11-25 20:30:11.166+00', 0, '2026-11-25 20:30:11.166+00', '2026-11-25 20:30:11.166+00');
INSERT INTO public.worker_channels VALUES ('01a21466-ccde-7003-ae73-287ac5ccad49', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-700b-9ab3-1aaf07d62d9e', 1, true, '2026-11-25 20:30:11.166+00', 0, '2026-11-25 20:30:11.166+00', '2026-11-25 20:30:11.166+00');
INSERT INTO public.worker_channels VALUES ('01a21466-ccde-7004-b454-f5d3cd910b0f', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-700d-8365-ce787299345f', 1, true, '2026-11-25 20:30:11.166+00', 0, '2026-11-25 20:30:11.166+00', '2026-11-25 20:30:11.166+00');
INSERT INTO public.worker_channels VALUES ('01a21466-ccde-7005-b194-0e671bef3406', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-700f-8502-5c61893bb3b7', 1, true, '2026-11-25 20:30:11.166+00', 0, '2026-11-25 20:30:11.166+00', '2026-11-25 20:30:11.166+00');
INSERT INTO public.worker_channels VALUES ('01a21466-cd06-7001-b2ee-54a53ae27212', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-cd06-7000-8647-8efcdced744f', '01a21466-c848-7007-a8ff-d29331eb8f4d', 1, true, '2026-11-25 20:30:11.206+00', 0, '2026-11-25 20:30:11.206+00', '2026-11-25 20:30:11.206+00');
INSERT INTO public.worker_channels VALUES ('01a21466-cd06-7002-bb6a-8be848215a2b', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-cd06-7000-8647-8efcdced744f', '01a21466-c848-7009-90f6-46ad00513773', 1, true, '2026-11-25 20:30:11.206+00', 0, '2026-11-25 20:30:11.206+00', '2026-11-25 20:30:11.206+00');
INSERT INTO public.worker_channels VALUES ('01a21466-cd06-7003-b322-631d02c85d86', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-cd06-7000-8647-8efcdced744f', '01a21466-c848-700b-9ab3-1aaf07d62d9e', 1, true, '2026-11-25 20:30:11.206+00', 0, '2026-11-25 20:30:11.206+00', '2026-11-25 20:30:11.206+00');
INSERT INTO public.worker_channels VALUES ('01a21466-cd06-7004-8cdd-44187c5dc003', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-cd06-7000-8647-8efcdced744f', '01a21466-c848-700d-8365-ce787299345f', 1, true, '2026-11-25 20:30:11.206+00', 0, '2026-11-25 20:30:11.206+00', '2026-11-25 20:30:11.206+00');
INSERT INTO public.worker_channels VALUES ('01a21466-cd06-7005-b02c-ac2b20acb14e', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-cd06-7000-8647-8efcdced744f', '01a21466-c848-700f-8502-5c61893bb3b7', 1, true, '2026-11-25 20:30:11.206+00', 0, '2026-11-25 20:30:11.206+00', '2026-11-25 20:30:11.206+00');
INSERT INTO public.worker_channels VALUES ('01a21466-ccde-7001-89bd-eaf7b3a93c7e', '01a21466-c832-7000-be98-09e4cafeb039', '01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c848-7007-a8ff-d29331eb8f4d', 1, true, '2026-11-25 20:30:11.681+00', 0, '2026-11-25 20:30:11.166+00', '2026-11-25 20:30:11.166+00');


--
-- Data for Name: workers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.workers VALUES ('01a21466-cd06-7000-8647-8efcdced744f', '01a21466-c832-7000-be98-09e4cafeb039', 'Bob', 'bob', '01a21466-c848-7001-bc61-d9effe129e54', '{"skills":["sales"]}', '2026-11-25 20:30:11.206+00', 0, '2026-11-25 20:30:11.206+00', '2026-11-25 20:30:11.206+00');
INSERT INTO public.workers VALUES ('01a21466-ccde-7000-94fa-a1f657f82586', '01a21466-c832-7000-be98-09e4cafeb039', 'Alice', 'alice', '01a21466-c848-7003-ab19-dba94b384b63', '{"skills":["support"]}', '2026-11-25 20:30:11.166+00', 2, '2026-11-25 20:30:11.166+00', '2026-11-25 20:30:11.681+00');


--
-- Data for Name: workflow_versions; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: workflows; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.workflows VALUES ('01a21466-c848-7013-b124-25f461b29c0a', '01a21466-c832-7000-be98-09e4cafeb039', 'Default Fifo Workflow', 'default fifo workflow', NULL, NULL, '{"task_routing":{"filters":[],"default_filter":{"queue":"WQ01a21466c8487011a388f6cf1a8b0707"}}}', 1, 120, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00');


--
-- Data for Name: workspaces; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.workspaces VALUES ('01a21466-c832-7000-be98-09e4cafeb039', '00000000-0000-0000-0000-000000000001', 'Old', 'old', '01a21466-c848-7001-bc61-d9effe129e54', '01a21466-c848-7001-bc61-d9effe129e54', '', NULL, true, 0, '2026-11-25 20:30:09.992+00', '2026-11-25 20:30:09.992+00', 1, 36, '01a21466-cff2-7000-a5a2-b5792355f77f');


--
-- Name: __EFMigrationsHistory PK___EFMigrationsHistory; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."__EFMigrationsHistory"
    ADD CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY ("MigrationId");


--
-- Name: activities pk_activities; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.activities
    ADD CONSTRAINT pk_activities PRIMARY KEY (workspace_sid, sid);


--
-- Name: events pk_events; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (workspace_sid, sequence);


--
-- Name: reservations pk_reservations; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT pk_reservations PRIMARY KEY (workspace_sid, sid);


--
-- Name: task_channels pk_task_channels; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task_channels
    ADD CONSTRAINT pk_task_channels PRIMARY KEY (workspace_sid, sid);


--
-- Name: task_queues pk_task_queues; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task_queues
    ADD CONSTRAINT pk_task_queues PRIMARY KEY (workspace_sid, sid);


--
-- Name: task_transfers pk_task_transfers; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task_transfers
    ADD CONSTRAINT pk_task_transfers PRIMARY KEY (workspace_sid, sid);


--
-- Name: tasks pk_tasks; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT pk_tasks PRIMARY KEY (workspace_sid, sid);


--
-- Name: worker_channels pk_worker_channels; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_channels
    ADD CONSTRAINT pk_worker_channels PRIMARY KEY (workspace_sid, sid);


--
-- Name: workers pk_workers; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workers
    ADD CONSTRAINT pk_workers PRIMARY KEY (workspace_sid, sid);


--
-- Name: workflow_versions pk_workflow_versions; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workflow_versions
    ADD CONSTRAINT pk_workflow_versions PRIMARY KEY (workspace_sid, workflow_sid, version);


--
-- Name: workflows pk_workflows; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workflows
    ADD CONSTRAINT pk_workflows PRIMARY KEY (workspace_sid, sid);


--
-- Name: workspaces pk_workspaces; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT pk_workspaces PRIMARY KEY (workspace_sid);


--
-- Name: ix_activities_workspace_sid_name_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_activities_workspace_sid_name_key ON public.activities USING btree (workspace_sid, name_key);


--
-- Name: ix_events_workspace_sid_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_events_workspace_sid_at ON public.events USING btree (workspace_sid, at);


--
-- Name: ix_events_workspace_sid_sid; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_events_workspace_sid_sid ON public.events USING btree (workspace_sid, sid);


--
-- Name: ix_reservations_workspace_sid_task_sid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_reservations_workspace_sid_task_sid ON public.reservations USING btree (workspace_sid, task_sid);


--
-- Name: ix_reservations_workspace_sid_task_sid_worker_sid; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_reservations_workspace_sid_task_sid_worker_sid ON public.reservations USING btree (workspace_sid, task_sid, worker_sid) WHERE (status = ANY (ARRAY[0, 1, 6]));


--
-- Name: ix_task_channels_workspace_sid_name_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_task_channels_workspace_sid_name_key ON public.task_channels USING btree (workspace_sid, name_key);


--
-- Name: ix_task_queues_workspace_sid_name_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_task_queues_workspace_sid_name_key ON public.task_queues USING btree (workspace_sid, name_key);


--
-- Name: ix_task_transfers_workspace_sid_task_sid; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_task_transfers_workspace_sid_task_sid ON public.task_transfers USING btree (workspace_sid, task_sid);


--
-- Name: ix_tasks_workspace_sid_remove_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tasks_workspace_sid_remove_at ON public.tasks USING btree (workspace_sid, remove_at);


--
-- Name: ix_worker_channels_workspace_sid_worker_sid_task_channel_sid; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_worker_channels_workspace_sid_worker_sid_task_channel_sid ON public.worker_channels USING btree (workspace_sid, worker_sid, task_channel_sid);


--
-- Name: ix_workers_workspace_sid_name_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_workers_workspace_sid_name_key ON public.workers USING btree (workspace_sid, name_key);


--
-- Name: ix_workflows_workspace_sid_name_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_workflows_workspace_sid_name_key ON public.workflows USING btree (workspace_sid, name_key);


--
-- Name: ix_workspaces_account_sid_name_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ix_workspaces_account_sid_name_key ON public.workspaces USING btree (account_sid, name_key);


--
-- PostgreSQL database dump complete
--


