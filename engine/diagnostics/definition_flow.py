"""Messages about workflows as they are written. FLOW_0xx speak of running cases and stand elsewhere."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from .diagnostic import Entry, Severity

_W = Severity.WARNING

ENTRIES: dict[str, Entry] = {
    "FLOW_102": Entry(
        "没有为 {entity} 写的表单 {form}。{hint}", "There is no form {form} for {entity}. {hint}",
        "改正 form，或者去掉它，列出所有字段。", "Either correct form, or remove it to show all fields.",
    ),
    "FLOW_103": Entry(
        "{name} 有几个去处，只有退回（return）才能让人选择去哪一步。", "{name} leads to several steps; only a return lets a person choose.",
        "只留一个去处，或者改为 kind: return，或者改用 auto 分支。", "Either keep one, make it kind: return, or branch with an auto step.",
    ),
    "FLOW_104": Entry(
        "步骤 {step} 须恰好写 by、auto、parallel、end 之一，写了：{written}。", "Step {step} needs exactly one of by, auto, parallel, end; written: {written}.",
        "有人处理写 by，自动分支写 auto，同时进行写 parallel，结束写 end。", "Use by when people act, auto to branch, parallel for several at once, end to finish.",
    ),
    "FLOW_105": Entry(
        "没有步骤 {name}。{hint}", "There is no step {name}. {hint}",
        "改正名字；有：{steps}。", "Correct the name; there are {steps}.",
    ),
    "FLOW_106": Entry(
        "走不到步骤 {step}。", "Step {step} is never reached.",
        "让某个按钮通向它，或者删掉它。", "Either let a button lead there, or delete it.",
    ),
    "FLOW_107": Entry(
        "步骤 {step} 没有按钮（go），到了这里就停住了。", "Step {step} has no buttons (go): a case stops there for ever.",
        "写出 go，或者把它改成结束步骤（end: ok）。", "Either write go, or make it an end (end: ok).",
    ),
    "FLOW_108": Entry(
        "流程 {workflow} 没有结束步骤。", "Workflow {workflow} has no end.",
        "加一个 end: ok 的步骤。", "Add a step with end: ok.",
    ),
    "FLOW_109": Entry(
        "自动步骤 {step} 没有 otherwise：所有条件都不成立时就停住了。", "Automatic step {step} has no otherwise: when no condition holds, a case stops there.",
        "最后加一行 {{otherwise: true, to: ...}}。", "Add a last line {{otherwise: true, to: ...}}.",
    ),
    "FLOW_110": Entry(
        "自动步骤 {step}：otherwise 后面的分支永远不会走到。", "Automatic step {step}: the lines after otherwise are never taken.",
        "把 otherwise 移到最后。", "Move otherwise to the end.",
    ),
    "FLOW_111": Entry(
        "自动步骤在没有人处理的情况下绕圈：{steps}。", "Automatic steps run in a circle without anybody acting: {steps}.",
        "让其中一个通向有人处理的步骤或结束。", "Let one of them lead to a step where people act, or to an end.",
    ),
    "FLOW_112": Entry(
        "自动步骤 {step} 里条件 {text} 写了两次，第二次不会走到。", "Automatic step {step}: the condition {text} is written twice; the second is never taken.",
        "去掉或改正一个。", "Remove or correct one.",
    ),
    "FLOW_113": Entry(
        "从步骤 {step} 再也到不了任何结束步骤（走法：{way}）。", "No end can be reached from step {step} (way there: {way}).",
        "加一个通向结束的按钮或分支。", "Add a button or line that leads to an end.",
    ),
    "FLOW_114": Entry(
        "步骤 {step} 的按钮 {button} 要求填好 {field}，但在这之前没有人能填它。", "Button {button} of step {step} needs {field}, which nobody can fill in there or before.",
        "把 {field} 加进这一步或前面某步的 edit，或者从 need 里去掉。", "Either add {field} to edit of this or an earlier step, or take it out of need.",
    ),
    "FLOW_115": Entry(
        "字段 {field} 必填，但第一步 {step} 不能填它，申请提交不了。", "Field {field} is required, but the first step {step} cannot fill it in: nothing can be submitted.",
        "加进 {step} 的 edit，给它初值，或者改为非必填、由后面的步骤 need。", "Either add it to edit of {step}, give it a default, or make it optional and need it later.",
    ),
    "FLOW_116": Entry(
        "步骤 {step} 的 edit 里有 {field}，但它由系统得出，没有人能改。", "Step {step} lists {field} under edit, but the engine makes that value; nobody can change it.",
        "从 edit 里去掉；要由流程改写，用 set。", "Take it out of edit; to change it by the workflow, use set.",
    ),
    "FLOW_117": Entry(
        "步骤 {step} 只能同意，不能驳回也不能退回。", "Step {step} can only approve, neither reject nor return.",
        "加上 reject 或 return；确实只需确认时，按钮写 kind: other。", "Add reject or return; where it is a mere confirmation, give the button kind: other.", severity=_W,
    ),
    "FLOW_118": Entry(
        "步骤 {step} 要求 {percent}% 的人，超过了所有人。", "Step {step} asks for {percent} % of the people, more than there are.",
        "写 100% 以内的数，或者 all。", "Write at most 100%, or all.",
    ),
    "FLOW_119": Entry(
        "并行步骤 {step} 只有一个分支。", "Parallel step {step} has one branch only.",
        "加一个分支，或者改成普通步骤。", "Either add a branch, or make it a plain step.", severity=_W,
    ),
    "FLOW_121": Entry(
        "步骤 {step} 在 {path} 里找角色，但它不通向任何单位。", "Step {step} looks for the role in {path}, which leads to no unit.",
        "写通向单位的字段，例如 student.class。", "Name a path to a unit, such as student.class.",
    ),
    "FLOW_122": Entry(
        "步骤 {step} 由 {path} 里的人处理，但它不指向人。", "Step {step} is for the person in {path}, which leads to no person.",
        "写一个指向人（person: true 的实体）的字段。", "Name a link to an entity of people (person: true).",
    ),
    "FLOW_123": Entry(
        "步骤 {step} 由角色 {role} 处理，但 {entity} 的记录不属于任何单位，不知道找哪个单位的人。", "Step {step} is for role {role}, but records of {entity} belong to no unit: it is not clear whose.",
        "写 of: 通向单位的路径，或者给 {entity} 写 unit。", "Either write of: a path to a unit, or give {entity} a unit.", severity=_W,
    ),
    "FLOW_124": Entry(
        "步骤 {step}：by 里须恰好写 owner、role、field 之一。", "Step {step}: by needs exactly one of owner, role, field.",
        "留下一个。", "Keep one of them.",
    ),
    "FLOW_125": Entry(
        "步骤 {step} 由 {path} 里的人处理，但这个字段可以为空。", "Step {step} is for the person in {path}, which may be empty.",
        "写 if_nobody：没有人时怎么办；或者把字段设为必填。", "Either write if_nobody, or make the field required.", severity=_W,
    ),
    "FLOW_126": Entry(
        "{written} 不是时长。", "{written} is no duration.",
        "写成 3d（教学日）、5cd（日历日）或 4h（小时）。", "Write it like 3d (school days), 5cd (calendar days) or 4h (hours).",
    ),
    "FLOW_127": Entry(
        "步骤 {step} 的超时处理 {do} 没有写 {key}。", "Step {step}: {do} after a time-out needs {key}.",
        "补上 {key}。", "Add {key}.",
    ),
    "FLOW_130": Entry(
        "不能这样改写 {path}：{why}", "{path} cannot be set like this: {why}",
        "改值或改字段；表达式写成 {{feel: \"...\"}}。", "Change the value or the field; an expression is written {{feel: \"...\"}}.",
    ),
    "FLOW_131": Entry(
        "通知对象 {word} 既不是 owner，也不是角色或指向人的字段。{hint}", "{word}, who is to be told, is neither owner nor a role nor a link to a person. {hint}",
        "改正名字。", "Correct the name.",
    ),
    "FLOW_134": Entry(
        "{step} 没有标题。", "{step} has no title.",
        "加上 title: {{zh: , en: }}；没有时显示名字。", "Add title: {{zh: , en: }}; its name is shown until then.", severity=_W,
    ),
    "FLOW_136": Entry(
        "步骤 {step} 是结束，后面不能再有按钮或超时。", "Step {step} is an end; it has no buttons and no time-outs.",
        "去掉 go 和 after，或者去掉 end。", "Either remove go and after, or remove end.",
    ),
    "FLOW_137": Entry(
        "流程 {workflow} 有一条没有人审批就办成的路：{way}。", "Workflow {workflow} has a way to success that nobody signs: {way}.",
        "确实如此就保留；否则让这条路经过一个审批步骤。", "Keep it if that is meant; otherwise lead it through a step where somebody signs.", severity=_W,
    ),
    "FLOW_138": Entry(
        "按钮 {name} 有条件，却没有说明条件不成立时怎么办。", "Button {name} has a condition but no message for when it does not hold.",
        "加上 message，告诉人为什么按不了。", "Add message: why it cannot be pressed.", severity=_W,
    ),
    "FLOW_139": Entry(
        "并行分支 {step} 里只能有处理人（by），不能再分支、并行或结束。", "Branch {step} of a parallel block can only have people (by), no auto, parallel or end.",
        "把它移到并行块之后。", "Move it behind the block.",
    ),
    "FLOW_140": Entry(
        "并行步骤 {step} 汇合之后没有去处：缺少 {button}。", "Parallel step {step} does not say where it goes once its branches agree or refuse: {button} is missing.",
        "在 {step} 的 go 里加上 {button}。", "Add {button} to go of {step}.",
    ),
    "FLOW_141": Entry(
        "例子里的“{act}”看不懂：没有这样的按钮。{hint}", "The example says “{act}”, but there is no such button. {hint}",
        "写成“谁 按钮”，按钮有：{buttons}。", "Write “who button”; the buttons are {buttons}.",
    ),
    "FLOW_142": Entry(
        "并行步骤 {step} 要 {wanted} 个分支，但只有 {count} 个，永远等不齐。", "Parallel step {step} waits for {wanted} branches, but there are {count}.",
        "写不超过 {count} 的数，或者 all。", "Write at most {count}, or all.",
    ),
    "FLOW_143": Entry(
        "并行步骤 {step} 要 {wanted} 个分支同意，但不带条件的只有 {count} 个；条件不成立时凑不够。", "Parallel step {step} needs {wanted} branches to agree, but only {count} start without a condition.",
        "改用 pass_when: all_started，或者减少人数。", "Either use pass_when: all_started, or ask for fewer.", severity=_W,
    ),
    "FLOW_144": Entry(
        "并行步骤 {step}：{yes} 个同意、{no} 个驳回时两边都不够数，按驳回处理。", "Parallel step {step}: with {yes} for and {no} against neither number is reached; it counts as refused.",
        "调整 pass_when 或 reject_when，使每种结果都有定论。", "Change pass_when or reject_when so that every outcome decides.", severity=_W,
    ),
    "FLOW_145": Entry(
        "步骤名 {step} 用了两次（并行分支里的也算）。", "The step name {step} is used twice (branches of parallel blocks included).",
        "改掉一个。", "Rename one of them.",
    ),
    "FLOW_146": Entry(
        "步骤 {step} 的条件看的是 {field}，但到这里为止没有人能填它，它总是空的。", "A condition of step {step} looks at {field}, which nobody can have filled in by then: it is always empty.",
        "把 {field} 加进前面某步的 edit，或者换一个条件。", "Either add {field} to edit of an earlier step, or ask for something else.", severity=_W,
    ),
}
