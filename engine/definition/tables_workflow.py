"""The keys of a workflow, as data."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from ..model import Text
from . import shape as s
from .shape import Key, Shape

MAY = ("hand_over", "delegate", "add_signer", "remove_signer", "comment", "nudge", "cc", "take_back")
GO_KINDS = ("submit", "approve", "reject", "return", "other")


def _k(name: str, shape: Shape, zh: str, en: str, required: bool = False) -> Key:
    return Key(name, shape, Text(zh, en), required)


_ID = _k(
    "id",
    s.LABEL,
    "不变的编号，发布后由系统写回；不要改动。",
    "Immutable id, written back after publishing; leave it alone.",
)
_WAS = _k("was", s.LABEL, "原来的名字：改名时写。", "The former name: write it when you rename.")
_TITLE = _k("title", s.TEXT, "显示的名称。", "The name shown.")
_WHO = s.either(s.word("owner"), s.keys_of("who"))

WORKFLOW = (
    _k("workflow", s.NAME, "流程的名字。", "Name of the workflow.", True),
    _ID,
    _WAS,
    _k("for", s.NAME, "申请记录所属的实体。", "The entity whose records are the requests.", True),
    _k("title", s.TEXT, "显示的名称。", "The name shown.", True),
    _k("help", s.TEXT, "给申请人的说明。", "Explanation for the requester."),
    _k("form", s.NAME, "填写申请的表单；省略时列出所有字段。", "The form to fill in; all fields when left out."),
    _k("one_open_case_per", s.PATH, "这个字段的同一个值只能有一件未办结的申请。", "A value of this field may have only one open case."),
    _k("start", s.NAME, "第一个步骤；省略时是最上面的一个。", "The first step; the topmost when left out."),
    _k("steps", s.map_of(s.keys_of("step")), "步骤：名字: {...}。", "The steps: name: {...}.", True),
    _k("withdraw", s.keys_of("withdraw"), "申请人撤回。", "How the requester may take it back."),
    _k("cancel", s.keys_of("cancel"), "终止。", "Who may cancel it."),
    _k("messages", s.map_of(s.TEXT), "提交时检查：条件: 不许提交时给出的话。", "Checked at submit: condition: what is said when it holds."),
    _k("examples", s.list_of(s.keys_of("example")), "每次发布都会试走的例子。", "Examples walked through at every publication."),
)

STEP = (
    _ID,
    _WAS,
    _TITLE,
    _k("by", _WHO, "谁处理。", "Who acts."),
    _k("if_nobody", s.either(s.word("pass", "return", "admin"), s.keys_of("who")), "找不到人时：交给别人，或 pass 通过、return 退回、admin 交管理员。", "When there is nobody: somebody else, or pass, return, admin."),
    _k("same_as_before", s.word("skip"), "前面已签过的人自动跳过。", "Whoever signed an earlier step is skipped."),
    _k("sign", s.keys_of("sign"), "几人签才算通过或驳回；省略时一人即可。", "How many signatures decide; one when left out."),
    _k("edit", s.NAMES, "处理人可以修改的字段。", "Fields that whoever acts here may change."),
    _k("may", s.words(*MAY), "处理人还可以做的事。", "What else whoever acts here may do."),
    _k("go", s.map_of(s.either(s.NAME, s.keys_of("go"))), "按钮与去向：名字: 步骤，或 名字: {to: ...}。", "Buttons and where they lead: name: step, or name: {to: ...}."),
    _k("auto", s.list_of(s.keys_of("auto")), "无人处理，第一个成立的分支。", "Nobody acts; the first line that holds is taken."),
    _k("parallel", s.map_of(s.keys_of("step")), "同时进行的几个步骤。", "Steps that run at the same time."),
    _k("join", s.keys_of("join"), "并行步骤怎样汇合。", "How the parallel steps come together."),
    _k("when", s.FEEL, "并行分支只在条件成立时启动。", "A parallel branch that is started only if this holds."),
    _k("due", s.DURATION, "多久之后算超期。", "When the visit counts as late."),
    _k("after", s.map_of(s.keys_of("later")), "超时之后：时长: {do: ...}。", "After a while: duration: {do: ...}."),
    _k("end", s.word("ok", "failed"), "流程在这里结束：ok 办成，failed 未办成。", "The workflow ends here: ok or failed."),
    _k("tell", s.PATHS, "到达时通知谁：owner、角色或指向人的字段。", "Who is told on arrival: owner, a role, a field that leads to a person."),
)

WHO = (
    _k("owner", s.BOOLEAN, "申请人本人。", "The requester."),
    _k("role", s.NAME, "担任这个角色的人。", "Holders of this role."),
    _k("of", s.PATH, "在哪个单位（及其上级）里找角色；省略时是记录的单位。", "The unit (or above) to look for the role in; the record's unit when left out."),
    _k("up", s.either(s.word("all"), s.COUNT), "除最近一级外，再往上几级的人也要：数字，或 all 到最上级；配合 sign.in_turn 就是逐级审批。", "How many levels above the closest are asked too: a number, or all; with sign.in_turn one after the other."),
    _k("field", s.PATH, "字段里的人，可用点连接。", "The person in a field, dots allowed."),
    _k("not", s.NAMES, "不能是这些人：owner，或前面步骤的签署人。", "Not these: owner, or the signers of earlier steps."),
)

SIGN = (
    _k("pass_when", s.SHARE, "几人同意算通过。", "How many approvals pass."),
    _k("reject_when", s.SHARE, "几人驳回算驳回。", "How many rejections reject."),
    _k("in_turn", s.BOOLEAN, "依次签署。", "One after another."),
    _k("wait_for_all", s.BOOLEAN, "等所有人签完再定。", "Nothing is decided before everybody signed."),
)

JOIN = (
    _k("pass_when", s.SHARE, "几个分支同意算通过；all_started 为全部。", "How many branches must approve; all_started for all."),
    _k("reject_when", s.SHARE, "几个分支驳回算驳回。", "How many branches reject."),
    _k("on_reject", s.word("cancel_others", "wait"), "驳回时其余分支：取消，或等它们办完。", "The other branches after a rejection: cancelled, or waited for."),
)

GO = (
    _ID,
    _WAS,
    _TITLE,
    _k("to", s.NAMES, "去哪个步骤；退回时可列出几个由人选择。", "The step; a return may list several to choose from.", True),
    _k("kind", s.word(*GO_KINDS), "按钮的性质；省略时由名字得出。", "What the button means; follows from the name when left out."),
    _k("resume", s.word("redo", "here"), "退回后再提交：redo 重走，here 直接回到这里。", "After a return: redo the way, or come back here."),
    _k("need", s.NAMES, "须填好的字段；comment 表示须写意见。", "Fields that must be filled; comment for a remark."),
    _k("when", s.FEEL, "条件成立才可以按。", "May be pressed only while this holds."),
    _k("message", s.TEXT, "条件不成立时的说明。", "What is said when it does not hold."),
    _k("set", s.map_of(s.ASSIGNED), "同时改写的字段：字段: 值、today、now、actor 或 {feel: \"表达式\"}。", "Fields set with it: field: value, today, now, actor or {feel: \"expression\"}."),
    _k("run", s.list_of(s.STRING), "随后运行的插件。", "Plugin effects that run afterwards."),
    _k("tell", s.PATHS, "通知谁。", "Who is told."),
)

AUTO = (
    _k("when", s.FEEL, "条件。", "The condition."),
    _k("otherwise", s.BOOLEAN, "其余情况。", "Everything else."),
    _k("to", s.NAME, "去哪个步骤。", "The step.", True),
)

LATER = (
    _k("do", s.word("remind", "escalate", "finish"), "提醒、升级，或自动结束这一步。", "Remind, escalate, or finish the step by itself.", True),
    _k("to", _WHO, "升级给谁。", "Whom it is escalated to."),
    _k("go", s.NAME, "自动结束时的去向：步骤或这一步的按钮。", "Where finishing leads: a step, or a button of this one."),
    _k("as", s.word("none"), "自动结束不算任何人的签署。", "Finishing counts as nobody's signature."),
    _k("repeat", s.DURATION, "每隔多久再提醒。", "Reminded again after this time."),
    _k("times", s.COUNT, "一共几次。", "How many times in all."),
)

WITHDRAW = (
    _k("by", s.word("owner"), "申请人。", "The requester."),
    _k(
        "until",
        s.word("first_signature", "end"),
        "到第一个人签署为止，或到结束为止。",
        "Until the first signature, or until the end.",
    ),
    _k("to", s.NAME, "撤回到哪个步骤。", "The step it returns to.", True),
)

CANCEL = (
    _k("by", _WHO, "谁可以终止。", "Who may cancel.", True),
    _k("need", s.NAMES, "须填写的：comment。", "What is needed: comment."),
)

EXAMPLE = (
    _k("given", s.map_of(s.ANY), "字段的值。", "Values of the fields."),
    _k("acts", s.list_of(s.STRING), "依次发生的事，例如 owner submit、dean approve。", "What happens in turn, such as owner submit, dean approve.", True),
    _k("ends", s.NAME, "最后停在哪个步骤。", "The step it must end in.", True),
)

WORKFLOW_TABLES: dict[str, tuple[Key, ...]] = {
    "workflow": WORKFLOW,
    "step": STEP,
    "who": WHO,
    "sign": SIGN,
    "join": JOIN,
    "go": GO,
    "auto": AUTO,
    "later": LATER,
    "withdraw": WITHDRAW,
    "cancel": CANCEL,
    "example": EXAMPLE,
}
